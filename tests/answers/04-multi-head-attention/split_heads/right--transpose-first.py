# Right: moves the features in front of the positions, splits them there, and turns the last two axes back.
def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{D} % {num_heads} = {D % num_heads}, must be 0")
    return x.transpose(1, 2).reshape(B, num_heads, D // num_heads, T).transpose(2, 3)
