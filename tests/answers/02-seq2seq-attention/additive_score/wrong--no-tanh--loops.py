# Wrong: the loop forgets tanh.
import torch

def additive_score(query, keys, W_q, W_k, v):
    return torch.stack([torch.stack([v @ (W_q @ q + W_k @ k) for k in ks]) for q, ks in zip(query, keys)])
