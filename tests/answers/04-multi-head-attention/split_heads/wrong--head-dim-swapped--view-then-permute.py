# Wrong: views the features as (D/H, H), so each head gets every H-th feature.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    return x.reshape(B, T, D // num_heads, num_heads).permute(0, 3, 1, 2)
