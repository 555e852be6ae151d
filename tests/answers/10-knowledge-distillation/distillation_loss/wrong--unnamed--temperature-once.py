# Wrong: multiplies by the temperature instead of its square.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    targets = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    answers = F.log_softmax(student_logits / temperature, dim=-1)
    return temperature * F.kl_div(answers, targets, reduction="batchmean")
