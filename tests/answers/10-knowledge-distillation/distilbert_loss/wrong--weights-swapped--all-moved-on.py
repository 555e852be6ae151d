# Wrong: every weight stands at the next loss.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * hard + beta * (1 - cosine).mean() + gamma * soft
