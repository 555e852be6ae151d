# Wrong: divides by d_k, the root is missing.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k, v = torch.matmul(E_k, key), torch.matmul(E_v, value)
    return torch.softmax(query.matmul(k.mT) / query.size(-1), -1).matmul(v)
