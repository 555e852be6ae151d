# Wrong: exchanges heads and features first, (1, 3) instead of (1, 2).
def merge_heads(x):
    B, H, T, d = x.shape
    return x.transpose(1, 3).reshape(B, T, H * d)
