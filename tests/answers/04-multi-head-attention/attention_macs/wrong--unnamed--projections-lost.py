# Wrong: only the quadratic part.
def attention_macs(length, d_model):
    return 2 * length ** 2 * d_model
