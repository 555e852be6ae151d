# Wrong: mass on v minus one, loop.
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
            losses.append(-(1 - smoothing) * log_p[y] - smoothing * sum(log_p[v] for v in range(V) if v != y) / (V - 1))
    return torch.stack(losses).mean()
