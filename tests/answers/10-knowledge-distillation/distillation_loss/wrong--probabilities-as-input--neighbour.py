# Wrong: both sides from the neighbour's softmax, no logarithm of the student's.
from torch import nn

def distillation_loss(student_logits, teacher_logits, temperature):
    student = softmax_with_temperature(student_logits, temperature)
    teacher = softmax_with_temperature(teacher_logits, temperature).detach()
    return nn.KLDivLoss(reduction="batchmean")(student, teacher) * temperature * temperature
