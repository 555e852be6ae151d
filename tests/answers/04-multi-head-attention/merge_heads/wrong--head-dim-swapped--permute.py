# Wrong: the head axis ends up behind the features, so they are interleaved.
def merge_heads(x):
    B, H, T, d = x.shape
    return x.permute(0, 2, 3, 1).reshape(B, T, d * H)
