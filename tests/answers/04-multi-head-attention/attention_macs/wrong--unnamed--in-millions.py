# Wrong: in millions.
def attention_macs(length, d_model):
    return (4 * length * d_model ** 2 + 2 * length ** 2 * d_model) / 1e6
