# Wrong: the loss on labels is softened as well.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)
    hard = masked_lm_loss(student["logits"] / temperature, labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
