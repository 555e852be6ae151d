# Right: keeps the attention axis first, prints shapes, turns at the end.
import torch

def additive_score(query, keys, W_q, W_k, v):
    left = W_q.matmul(query.T)                                 # (A, B)
    right = torch.tensordot(W_k, keys, dims=([1], [2]))                   # (A, B, T)
    print(left.shape, right.shape)
    x = left.unsqueeze(-1) + right
    return torch.tensordot(v, 2 * torch.sigmoid(2 * x) - 1, dims=1)      # tanh(x) = 2 sigmoid(2x) - 1
