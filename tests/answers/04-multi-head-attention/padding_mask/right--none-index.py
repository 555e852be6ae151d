# Right: the same with None in the index.
import torch

def padding_mask(ids: torch.Tensor, pad_id: int) -> torch.Tensor:
    real = ids.ne(pad_id)
    return real[:, None, None, :]
