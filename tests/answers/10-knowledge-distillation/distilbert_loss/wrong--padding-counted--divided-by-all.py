# Wrong: padding adds 0 to the sums but counts in the numbers that they are divided by.
import torch
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    log_p = F.log_softmax(teacher["logits"].detach() / temperature, -1)
    log_q = F.log_softmax(student["logits"] / temperature, -1)
    kl = temperature**2 * (log_p.exp() * (log_p - log_q)).sum(-1) * mask
    angle = (1 - F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1)) * mask
    return alpha * kl.mean() + beta * masked_lm_loss(student["logits"], labels) + gamma * angle.mean()
