# Wrong: the square of T·D in the second term.
def attention_macs(length, d_model):
    return 4 * length * d_model ** 2 + 2 * (length * d_model) ** 2
