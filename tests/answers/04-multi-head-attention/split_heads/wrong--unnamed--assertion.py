# Wrong: an AssertionError is no ValueError.
def split_heads(x, num_heads):
    B, T, D = x.shape
    assert D % num_heads == 0, "num_heads must divide d_model"
    return x.reshape(B, T, num_heads, D // num_heads).transpose(1, 2)
