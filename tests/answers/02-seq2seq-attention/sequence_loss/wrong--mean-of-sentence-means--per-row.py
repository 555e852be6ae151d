# Wrong: the mean of each sentence's mean, so words of short sentences weigh more.
import torch
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    each = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=pad_id, reduction="none")
    counts = (labels != pad_id).sum(dim=1)
    return (each.sum(dim=1) / counts).mean()
