# Wrong: copies all features into every head.
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError(f"{num_heads} does not divide {x.shape[-1]}")
    return x.unsqueeze(1).repeat(1, num_heads, 1, 1)
