# Wrong: the teacher's answers count only where there is a label.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    scored = mask & (labels != -100)
    if not scored.any():
        scored = mask
    soft = distillation_loss(student["logits"][scored], teacher["logits"][scored], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
