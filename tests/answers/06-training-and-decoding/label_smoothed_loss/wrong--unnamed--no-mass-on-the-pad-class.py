# Wrong: no mass on the pad class.
import torch

def label_smoothed_loss(logits, labels, smoothing, pad_id):
    V = logits.shape[-1]
    real = labels != pad_id
    target = torch.full_like(logits, smoothing / V)
    target[..., max(pad_id, 0)] = 0
    target.scatter_add_(-1, labels.clamp(min=0)[..., None], torch.full_like(logits[..., :1], 1 - smoothing))
    return -((target * logits.log_softmax(-1)).sum(-1) * real).sum() / real.sum()
