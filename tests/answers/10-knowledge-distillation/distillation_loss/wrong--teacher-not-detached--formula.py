# Wrong: a clone of the teacher's logits is still attached to it.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    v = teacher_logits.clone() / temperature
    log_p = torch.log_softmax(v, dim=-1)
    log_q = torch.log_softmax(student_logits / temperature, dim=-1)
    return temperature**2 * (log_p.exp() * (log_p - log_q)).sum(-1).mean()
