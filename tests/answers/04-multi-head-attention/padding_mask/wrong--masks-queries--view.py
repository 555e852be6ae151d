# Wrong: the tokens are put on the query axis.
import torch

def padding_mask(ids, pad_id):
    B, T = ids.shape
    return torch.ne(ids, pad_id).view(B, 1, T, 1)
