# Wrong: asks whether the number of heads divides the sequence length.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if T % num_heads:
        raise ValueError(f"{num_heads} does not divide {T}")
    return x.reshape(B, T, num_heads, D // num_heads).transpose(1, 2)
