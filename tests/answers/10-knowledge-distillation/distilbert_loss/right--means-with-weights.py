# Right: all positions are computed, and padding gets weight 0.
import torch
import torch.nn.functional as F

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    real = mask.to(student["logits"].dtype)
    count = real.sum()
    log_p = F.log_softmax(teacher["logits"].detach() / temperature, -1)
    log_q = F.log_softmax(student["logits"] / temperature, -1)
    kl = (log_p.exp() * (log_p - log_q)).sum(-1)
    soft = temperature**2 * (kl * real).sum() / count
    angle = 1 - F.cosine_similarity(student["hidden"], teacher["hidden"].detach(), dim=-1)
    scored = labels != -100
    own = F.log_softmax(student["logits"], -1).gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    hard = -(own * scored).sum() / scored.sum().clamp(min=1)
    return alpha * soft + beta * hard + gamma * (angle * real).sum() / count
