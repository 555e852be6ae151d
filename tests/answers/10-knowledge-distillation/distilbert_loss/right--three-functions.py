# Right: a function for each part, and labels at padding are left out explicitly.
from torch import Tensor
import torch
import torch.nn.functional as F
from mine import masked_lm_loss

def soft_part(student: dict, teacher: dict, mask: Tensor, temperature: float) -> Tensor:
    return distillation_loss(student["logits"][mask], teacher["logits"][mask].detach(), temperature)

def hard_part(student: dict, labels: Tensor, mask: Tensor) -> Tensor:
    return masked_lm_loss(student["logits"], labels.masked_fill(~mask, -100))

def angle_part(student: dict, teacher: dict, mask: Tensor) -> Tensor:
    cosines = F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=2)
    return (1 - cosines).masked_select(mask).mean()

def distilbert_loss(
    student: dict, teacher: dict, labels: Tensor, mask: Tensor, temperature: float, alpha: float, beta: float, gamma: float
) -> Tensor:
    parts = torch.stack(
        [soft_part(student, teacher, mask, temperature), hard_part(student, labels, mask), angle_part(student, teacher, mask)]
    )
    return torch.dot(parts.new_tensor([alpha, beta, gamma]), parts)
