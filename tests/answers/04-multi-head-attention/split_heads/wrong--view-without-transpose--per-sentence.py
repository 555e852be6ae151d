# Wrong: the same for each sentence, in a loop.
import torch

def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{D} features, {num_heads} heads")
    return torch.stack([sentence.contiguous().view(num_heads, T, D // num_heads) for sentence in x])
