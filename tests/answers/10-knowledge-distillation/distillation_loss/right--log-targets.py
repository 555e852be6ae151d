# Right: the module of the loss, logarithms on both sides, a sum divided by the rows.
from torch import nn

def distillation_loss(student_logits, teacher_logits, temperature):
    kl = nn.KLDivLoss(reduction="sum", log_target=True)
    ours = (student_logits / temperature).log_softmax(-1)
    theirs = (teacher_logits / temperature).log_softmax(-1).detach()
    return kl(ours, theirs) / len(student_logits) * temperature**2
