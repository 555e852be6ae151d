# Wrong: squares the wrong one in each term.
def attention_macs(length, d_model):
    return 4 * length ** 2 * d_model + 2 * length * d_model ** 2
