# Right: the sum of the paper's formula, from two logarithms.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    with torch.no_grad():
        log_p = torch.log_softmax(teacher_logits / temperature, dim=1)
        p = log_p.exp()
    log_q = torch.log_softmax(student_logits / temperature, dim=1)
    kl = (p * (log_p - log_q)).sum(dim=1)
    return temperature * temperature * kl.mean()
