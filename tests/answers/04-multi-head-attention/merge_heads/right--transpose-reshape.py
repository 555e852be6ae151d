# Right: the head axis goes back beside the features, then both are one axis.
def merge_heads(x):
    B, H, T, d = x.shape
    return x.transpose(1, 2).reshape(B, T, H * d)
