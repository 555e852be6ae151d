# Wrong: works on x.data, so no gradient comes back.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    return x.data.reshape(B, T, num_heads, D // num_heads).transpose(1, 2)
