# Wrong: views (B, T, D) directly as (B, H, T, D/H), which mixes positions and heads.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    return x.reshape(B, num_heads, T, D // num_heads)
