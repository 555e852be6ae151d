# Right: one matrix [W_q W_k] times the concatenation [query; key], which is the same sum.
import torch

def additive_score(query, keys, W_q, W_k, v):
    T = keys.shape[1]
    both = torch.cat([query.unsqueeze(1).expand(-1, T, -1), keys], dim=-1)
    W = torch.cat([W_q, W_k], dim=1)
    return (torch.tanh(torch.matmul(both, W.t())) * v).sum(dim=-1)
