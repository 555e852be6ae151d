# Wrong: T·D·(3D + 2T), one D short.
def attention_macs(length, d_model):
    return length * d_model * (3 * d_model + 2 * length)
