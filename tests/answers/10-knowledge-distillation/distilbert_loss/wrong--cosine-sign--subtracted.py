# Wrong: the distance 1 - cos is subtracted from the loss.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    loss = alpha * distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    loss = loss + beta * masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return loss - gamma * (1 - cosine).mean()
