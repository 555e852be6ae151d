# Wrong: 1 plus the cosine.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    real = mask.sum()
    ours, theirs = F.normalize(student["hidden"], dim=-1), F.normalize(teacher["hidden"].detach(), dim=-1)
    angle = ((1 + (ours * theirs).sum(-1)) * mask).sum() / real
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    return alpha * soft + beta * masked_lm_loss(student["logits"], labels) + gamma * angle
