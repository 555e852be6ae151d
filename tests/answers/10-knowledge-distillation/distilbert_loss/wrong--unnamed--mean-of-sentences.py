# Wrong: a mean over sentences of means over tokens, so that tokens of short sentences count for more.
import torch.nn.functional as F
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    total = 0
    for s, t, v, u, real in zip(student["logits"], teacher["logits"], student["hidden"], teacher["hidden"], mask):
        cosine = F.cosine_similarity(v[real], u[real].detach(), dim=-1)
        total = total + alpha * distillation_loss(s[real], t[real], temperature) + gamma * (1 - cosine).mean()
    return total / len(mask) + beta * masked_lm_loss(student["logits"], labels)
