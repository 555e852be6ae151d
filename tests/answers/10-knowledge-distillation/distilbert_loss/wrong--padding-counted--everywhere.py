# Wrong: all positions count, in the divergence and in the cosine.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"].flatten(0, 1), teacher["logits"].flatten(0, 1), temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
