# Wrong: the result is (B, D/H, T, H).
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    return x.reshape(B, T, num_heads, D // num_heads).transpose(1, 3)
