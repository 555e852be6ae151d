# Wrong: a cross-entropy, which isn't 0 for equal answers; its gradient is right.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    p = F.softmax(teacher_logits.detach() / temperature, -1)
    return temperature**2 * F.cross_entropy(student_logits / temperature, p)
