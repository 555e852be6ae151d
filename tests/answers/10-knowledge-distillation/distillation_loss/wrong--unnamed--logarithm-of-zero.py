# Wrong: logarithms of probabilities that are 0 among large logits.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    targets = F.softmax(teacher_logits.detach() / temperature, dim=-1)
    answers = F.softmax(student_logits / temperature, dim=-1).log()
    return temperature**2 * F.kl_div(answers, targets, reduction="batchmean")
