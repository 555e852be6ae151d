# Wrong: the module's default reduction.
from torch import nn

def distillation_loss(student_logits, teacher_logits, temperature):
    z, v = student_logits / temperature, teacher_logits.detach() / temperature
    return nn.KLDivLoss()(z.log_softmax(1), v.softmax(1)) * temperature**2
