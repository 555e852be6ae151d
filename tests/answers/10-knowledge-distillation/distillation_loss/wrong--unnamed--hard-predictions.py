# Wrong: the teacher's first choice as a label.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    return temperature**2 * F.cross_entropy(student_logits / temperature, teacher_logits.argmax(-1))
