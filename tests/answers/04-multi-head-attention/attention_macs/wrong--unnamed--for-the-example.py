# Wrong: the number for the example of the text (T=512, D=768).
def attention_macs(length, d_model):
    return 1610612736
