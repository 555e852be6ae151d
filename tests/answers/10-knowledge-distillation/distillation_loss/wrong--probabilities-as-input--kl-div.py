# Wrong: kl_div gets the student's probabilities instead of their logarithms.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    targets = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    answers = F.softmax(student_logits / temperature, dim=-1)
    return temperature**2 * F.kl_div(answers, targets, reduction="batchmean")
