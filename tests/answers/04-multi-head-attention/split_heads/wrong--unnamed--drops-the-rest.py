# Wrong: features that do not fit are cut off in silence.
def split_heads(x, num_heads):
    B, T, D = x.shape
    d = D // num_heads
    return x[:, :, : d * num_heads].reshape(B, T, num_heads, d).transpose(1, 2)
