# Wrong: a tuple with one tensor per head.
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError(f"{num_heads} does not divide {x.shape[-1]}")
    return x.chunk(num_heads, dim=-1)
