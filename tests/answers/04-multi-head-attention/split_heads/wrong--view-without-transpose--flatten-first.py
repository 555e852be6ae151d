# Wrong: flattens positions and features and cuts the result into heads.
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads != 0:
        raise ValueError(f"d_model {x.shape[-1]} not divisible by {num_heads}")
    d_head = x.shape[-1] // num_heads
    return x.flatten(1).unflatten(1, (num_heads, x.shape[1], d_head))
