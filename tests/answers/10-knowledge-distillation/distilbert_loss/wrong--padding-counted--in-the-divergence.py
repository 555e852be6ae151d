# Wrong: the cosine is of real tokens, the divergence's rows are all positions.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    classes = student["logits"].shape[-1]
    soft = distillation_loss(student["logits"].reshape(-1, classes), teacher["logits"].reshape(-1, classes), temperature)
    hard = masked_lm_loss(student["logits"], labels)
    cosines = F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1)
    return alpha * soft + beta * hard + gamma * (1 - cosines[mask]).mean()
