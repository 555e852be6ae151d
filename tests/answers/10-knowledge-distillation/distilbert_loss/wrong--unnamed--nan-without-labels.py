# Wrong: NaN in a batch without any label.
import torch.nn.functional as F

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = F.cross_entropy(student["logits"].flatten(0, 1), labels.flatten(), ignore_index=-100)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
