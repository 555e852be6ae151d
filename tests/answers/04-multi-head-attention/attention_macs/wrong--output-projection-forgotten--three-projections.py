# Wrong: three projections instead of four.
def attention_macs(length, d_model):
    return 3 * length * d_model ** 2 + 2 * length ** 2 * d_model
