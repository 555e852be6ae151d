# Right: the sum of the library, divided by the count, at least 1.
import torch
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    B, T, V = logits.shape
    total = F.cross_entropy(logits.reshape(B * T, V), labels.reshape(B * T), reduction="sum")
    count = max(1, int((labels != -100).sum()))
    return total / count
