# Wrong: writes zeros into the padding of the dicts that it was given.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    for outputs in (student, teacher):
        for key in ("logits", "hidden"):
            outputs[key] = outputs[key] * mask.unsqueeze(-1)
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
