# Wrong: a mean over all entries of the formula.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    log_p = torch.log_softmax(teacher_logits.detach() / temperature, dim=-1)
    log_q = torch.log_softmax(student_logits / temperature, dim=-1)
    return temperature**2 * (log_p.exp() * (log_p - log_q)).mean()
