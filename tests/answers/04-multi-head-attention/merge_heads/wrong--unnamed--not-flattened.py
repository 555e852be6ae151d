# Wrong: transposed only, (B, T, H, D/H).
def merge_heads(x):
    return x.transpose(1, 2)
