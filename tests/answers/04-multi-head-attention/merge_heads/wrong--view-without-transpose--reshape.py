# Wrong: reshapes (B, H, T, D/H) directly to (B, T, D), which mixes heads and positions.
def merge_heads(x):
    B, H, T, d = x.shape
    return x.reshape(B, T, H * d)
