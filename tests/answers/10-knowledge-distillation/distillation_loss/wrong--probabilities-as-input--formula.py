# Wrong: the formula by hand, with the student's probability where its logarithm belongs.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    p = torch.softmax(teacher_logits.detach() / temperature, -1)
    q = torch.softmax(student_logits / temperature, -1)
    rows = (torch.special.xlogy(p, p) - p * q).sum(-1)
    return temperature**2 * rows.mean()
