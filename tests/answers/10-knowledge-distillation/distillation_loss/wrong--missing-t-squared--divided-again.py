# Wrong: multiplies by the factor and divides by it again, "to normalise".
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    scale = temperature**2
    p = F.softmax(teacher_logits.detach() / temperature, -1)
    losses = scale * F.kl_div((student_logits / temperature).log_softmax(-1), p, reduction="none").sum(-1)
    return (losses / scale).mean()
