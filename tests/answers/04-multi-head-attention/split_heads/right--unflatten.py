# Right: unflatten the last axis, swap axes 1 and 2.
def split_heads(x, num_heads):
    features = x.shape[2]
    if features // num_heads * num_heads != features:
        raise ValueError(f"{features} features can't be shared by {num_heads} heads")
    return x.unflatten(2, (num_heads, -1)).swapaxes(1, 2)
