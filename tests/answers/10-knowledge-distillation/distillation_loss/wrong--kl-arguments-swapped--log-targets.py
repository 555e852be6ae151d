# Wrong: log_target, but teacher first and student second.
import torch.nn.functional as F

def distillation_loss(student_logits, teacher_logits, temperature):
    def log_answers(logits):
        return F.log_softmax(logits / temperature, dim=-1)

    kl = F.kl_div(log_answers(teacher_logits.detach()), log_answers(student_logits), reduction="sum", log_target=True)
    return kl * temperature**2 / student_logits.size(0)
