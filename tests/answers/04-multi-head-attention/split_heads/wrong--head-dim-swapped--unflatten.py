# Wrong: unflatten with the two sizes the wrong way round.
def split_heads(x, num_heads):
    if x.size(2) % num_heads:
        raise ValueError(f"{x.size(2)} is no multiple of {num_heads}")
    return x.unflatten(-1, (-1, num_heads)).movedim(-1, 1)
