# Right: a cross-entropy with soft labels, less the teacher's entropy.
import torch
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    p = F.softmax(teacher_logits.detach() / temperature, -1)
    entropy = torch.special.entr(p).sum(-1).mean()
    return temperature**2 * (F.cross_entropy(student_logits / temperature, p) - entropy)
