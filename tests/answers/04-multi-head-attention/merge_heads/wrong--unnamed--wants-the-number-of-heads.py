# Wrong: asks for an argument that the contract does not have.
def merge_heads(x, num_heads):
    B, H, T, d = x.shape
    return x.transpose(1, 2).reshape(B, T, num_heads * d)
