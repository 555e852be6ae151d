# Right: adds minus a billion where the mask is False, prints how much is masked.
import torch

def masked_softmax(scores: torch.Tensor, mask, dim: int = -1) -> torch.Tensor:
    if mask is None:
        return scores.softmax(dim=dim)
    keep = mask.to(scores.dtype)
    print("visible:", float(keep.mean()))
    return torch.softmax(scores - (1 - keep) * 1e9, dim=dim) * keep
