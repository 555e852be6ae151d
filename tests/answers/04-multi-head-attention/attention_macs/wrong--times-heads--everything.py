# Wrong: every head is taken to cost as much as the whole layer.
NUM_HEADS = 8

def attention_macs(length, d_model):
    one_head = 4 * length * d_model ** 2 + 2 * length ** 2 * d_model
    return NUM_HEADS * one_head
