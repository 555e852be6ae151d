# Wrong: the divergence is of real tokens, the cosine's mean of all positions.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    angle = 1 - F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1).mean()
    return alpha * soft + beta * hard + gamma * angle
