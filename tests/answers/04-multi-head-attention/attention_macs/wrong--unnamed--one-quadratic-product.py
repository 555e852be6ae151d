# Wrong: the scores are counted, the weighted sum of the values is not.
def attention_macs(length, d_model):
    return 4 * length * d_model ** 2 + length ** 2 * d_model
