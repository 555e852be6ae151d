# Right: swap and flatten the last two axes.
def merge_heads(x):
    return x.swapaxes(1, 2).flatten(start_dim=2)
