# Wrong: a bad number of heads ends in torch's RuntimeError about shapes.
def split_heads(x, num_heads):
    B, T, D = x.shape
    return x.reshape(B, T, num_heads, D // num_heads).transpose(1, 2)
