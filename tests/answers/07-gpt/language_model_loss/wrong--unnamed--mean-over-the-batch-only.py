# Wrong: mean over the batch only.
import torch

def language_model_loss(logits, ids):
    B, T, V = logits.shape
    rows = torch.arange(B, device=ids.device)
    total = 0
    for t in range(T - 1):
        z = logits[:, t]
        total = total + (z.logsumexp(dim=1) - z[rows, ids[:, t + 1]]).sum()
    return total / B
