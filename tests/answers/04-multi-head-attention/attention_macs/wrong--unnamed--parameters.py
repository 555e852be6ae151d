# Wrong: counts parameters, not operations.
def attention_macs(length, d_model):
    return 4 * d_model ** 2
