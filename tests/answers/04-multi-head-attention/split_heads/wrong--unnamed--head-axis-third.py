# Wrong: stays (B, T, H, D/H), the transpose is missing altogether.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    return x.reshape(B, T, num_heads, D // num_heads)
