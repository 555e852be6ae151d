# Right: a loop over sentences and tokens, sums divided at the end, with a print.
import torch
from mine import masked_lm_loss

def cosine(a, b):
    return (a @ b) / (a.norm() * b.norm()).clamp(min=1e-8)

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    divergences, angles = [], []
    for b in range(mask.shape[0]):
        for t in range(mask.shape[1]):
            if not mask[b, t]:
                continue
            log_p = torch.log_softmax(teacher["logits"][b, t].detach() / temperature, -1)
            log_q = torch.log_softmax(student["logits"][b, t] / temperature, -1)
            divergences.append((log_p.exp() * (log_p - log_q)).sum())
            angles.append(1 - cosine(student["hidden"][b, t], teacher["hidden"][b, t].detach()))
    soft = temperature**2 * sum(divergences) / len(divergences)
    angle = sum(angles) / len(angles)
    hard = masked_lm_loss(student["logits"], labels)
    print(f"soft {soft.item():.3f} hard {hard.item():.3f} angle {angle.item():.3f}")
    return alpha * soft + beta * hard + gamma * angle
