# Right: as in the paper's code, torch's cosine embedding loss with targets of 1.
import torch
from torch import nn
from mine import masked_lm_loss

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    s_logits, s_hidden = student["logits"], student["hidden"]
    with torch.no_grad():
        t_logits, t_hidden = teacher["logits"][mask], teacher["hidden"][mask]
    ones = torch.ones(t_hidden.size(0), dtype=s_hidden.dtype)
    loss = alpha * distillation_loss(s_logits[mask], t_logits, temperature)
    loss = loss + beta * masked_lm_loss(s_logits, labels)
    loss = loss + gamma * nn.CosineEmbeddingLoss(reduction="mean")(s_hidden[mask], t_hidden, ones)
    return loss
