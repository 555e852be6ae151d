# Wrong: takes True for padding.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    real = ~mask
    soft = distillation_loss(student["logits"][real], teacher["logits"][real], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][real], teacher["hidden"][real].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
