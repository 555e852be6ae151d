# Right: concatenates the heads of every position of every sentence.
import torch

def merge_heads(x):
    return torch.stack([
        torch.stack([torch.cat([head[t] for head in sentence]) for t in range(x.shape[2])])
        for sentence in x
    ])
