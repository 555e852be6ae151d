# Right: the same formula with the common factor taken out.
def attention_macs(length, d_model):
    return 2 * length * d_model * (2 * d_model + length)
