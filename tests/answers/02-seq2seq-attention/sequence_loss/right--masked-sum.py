# Right: loss of every token, masked, summed and divided by the number of real tokens.
import torch
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    B, T, V = logits.shape
    mask = (labels != pad_id)
    safe = labels.masked_fill(~mask, 0)
    each = F.cross_entropy(logits.reshape(B * T, V), safe.reshape(B * T), reduction="none").reshape(B, T)
    return (each * mask).sum() / mask.sum()
