# Wrong: padding averaged, reduction mean.
import torch
import torch.nn.functional as F


def label_smoothed_loss(logits, labels, smoothing, pad_id):
    real = labels != pad_id
    log_p = F.log_softmax(logits, dim=-1)
    safe = labels.masked_fill(~real, 0)
    nll = -log_p.gather(-1, safe.unsqueeze(-1)).squeeze(-1)
    uniform = -log_p.mean(dim=-1)
    loss = (1 - smoothing) * nll + smoothing * uniform
    loss = loss * real
    return loss.mean(dim=1).mean()
