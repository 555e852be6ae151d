# Wrong: counts the additions of the biases and the softmax as multiply-accumulates.
def attention_macs(length, d_model):
    return 4 * length * (d_model ** 2 + d_model) + 2 * length ** 2 * d_model + length ** 2
