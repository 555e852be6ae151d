# Right: not-equal, viewed in four dimensions.
import torch

def padding_mask(ids, pad_id):
    batch, length = ids.size()
    is_pad = torch.eq(ids, pad_id)
    return torch.logical_not(is_pad).view(batch, 1, 1, length)
