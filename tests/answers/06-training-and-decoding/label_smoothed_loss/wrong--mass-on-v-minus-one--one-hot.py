# Wrong: mass on v minus one, one hot.
import torch
import torch.nn.functional as F

def label_smoothed_loss(logits, labels, smoothing, pad_id):
    V = logits.size(-1)
    pad = labels.eq(pad_id)
    one_hot = F.one_hot(torch.where(pad, torch.zeros_like(labels), labels), V).to(logits.dtype)
    target = one_hot * (1 - smoothing) + (1 - one_hot) * smoothing / (V - 1)
    target = target.masked_fill(pad[..., None], 0.0)
    return -(target * logits.log_softmax(-1)).sum() / (~pad).sum()
