# Wrong: counts last, label zero.
import torch
from torch import Tensor
from torch.nn import functional as F

def language_model_loss(logits: Tensor, ids: Tensor) -> Tensor:
    labels = torch.zeros_like(ids)
    labels[:, :-1] = ids[:, 1:]
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
