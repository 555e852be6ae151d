# Right: a loop over rows and classes, with the neighbour's softmax and a print.
import torch

def distillation_loss(student_logits, teacher_logits, temperature):
    total = student_logits.new_zeros(())
    for z, v in zip(student_logits, teacher_logits.data):
        p = softmax_with_temperature(v, temperature)
        log_q = z / temperature - torch.logsumexp(z / temperature, 0)
        for i in range(len(p)):
            if p[i] > 0:
                total = total + p[i] * (p[i].log() - log_q[i])
    print("rows", len(student_logits), "total", float(total))
    return temperature**2 * total / len(student_logits)
