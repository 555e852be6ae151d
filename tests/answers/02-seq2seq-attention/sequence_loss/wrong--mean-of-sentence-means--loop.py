# Wrong: cross_entropy per sentence, then averaged over sentences.
import torch
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    losses = [F.cross_entropy(x, y, ignore_index=pad_id) for x, y in zip(logits, labels)]
    return torch.stack(losses).mean()
