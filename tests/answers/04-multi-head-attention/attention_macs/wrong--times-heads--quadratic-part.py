# Wrong: multiplies the products with T x T by the number of heads, although each head is only D/H wide.
def attention_macs(length, d_model, num_heads=8):
    return 4 * length * d_model ** 2 + num_heads * 2 * length ** 2 * d_model
