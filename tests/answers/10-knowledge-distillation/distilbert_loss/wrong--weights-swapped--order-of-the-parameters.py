# Wrong: the weights are taken in another order than they are given.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, beta, alpha, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    angles = 1 - F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * angles.mean()
