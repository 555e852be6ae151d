# Wrong: beta weighs the cosine and gamma the labels.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    parts = [soft, (1 - cosine).mean(), masked_lm_loss(student["logits"], labels)]
    return sum(weight * part for weight, part in zip([alpha, beta, gamma], parts))
