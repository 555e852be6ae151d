# Wrong: bits.
import torch

def label_smoothed_loss(logits, labels, smoothing, pad_id):
    B, T, V = logits.shape
    losses = []
    for b in range(B):
        for t in range(T):
            y = int(labels[b, t])
            if y == pad_id:
                continue
            row = logits[b, t]
            log_p = row - torch.logsumexp(row, dim=0)
            losses.append(-(1 - smoothing) * log_p[y] - smoothing * log_p.sum() / V)
    return torch.stack(losses).mean() / torch.log(torch.tensor(2.0)).to(logits)
