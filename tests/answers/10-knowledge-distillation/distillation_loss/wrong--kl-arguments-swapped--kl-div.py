# Wrong: the divergence of the student from the teacher, by kl_div.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    teacher = F.log_softmax(teacher_logits.detach() / temperature, dim=-1)
    student = F.softmax(student_logits / temperature, dim=-1)
    return temperature**2 * F.kl_div(teacher, student, reduction="batchmean")
