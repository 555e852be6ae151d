# Wrong: the probabilities are detached, the logarithms next to them are not.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    log_p = torch.log_softmax(teacher_logits / temperature, dim=-1)
    log_q = torch.log_softmax(student_logits / temperature, dim=-1)
    return temperature**2 * (log_p.exp().detach() * (log_p - log_q)).sum(-1).mean()
