# Wrong: the cosine of query and key instead of their dot product.
import torch
import torch.nn.functional as F

def multiplicative_score(query, keys, W=None):
    if W is not None:
        query = query @ W
    return F.cosine_similarity(query.unsqueeze(1), keys, dim=-1)
