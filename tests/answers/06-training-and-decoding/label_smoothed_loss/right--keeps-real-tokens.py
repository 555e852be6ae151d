# Right: drops the padded positions first and works on a list of tokens.
import torch

def label_smoothed_loss(logits, labels, smoothing, pad_id):
    keep = labels != pad_id
    z, y = logits[keep], labels[keep]
    log_p = torch.log_softmax(z, -1)
    n = torch.arange(len(y), device=y.device)
    hit = log_p[n, y]
    return -((1.0 - smoothing) * hit + smoothing * log_p.mean(-1)).mean()
