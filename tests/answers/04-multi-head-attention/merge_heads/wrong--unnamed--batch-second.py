# Wrong: the result is (T, B, D).
def merge_heads(x):
    B, H, T, d = x.shape
    return x.permute(2, 0, 1, 3).reshape(T, B, H * d)
