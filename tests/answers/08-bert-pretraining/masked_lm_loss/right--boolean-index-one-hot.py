# Right: picks the chosen rows; the right logit by an einsum with one-hot vectors; the sum of nothing is 0.
import torch
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    keep = labels != -100
    rows, targets = logits[keep], labels[keep]
    hot = F.one_hot(targets, logits.size(-1)).to(rows)
    largest = rows.detach().amax(dim=-1, keepdim=True) if len(rows) else 0
    normaliser = (rows - largest).exp().sum(-1).log() + (largest.squeeze(-1) if len(rows) else 0)
    losses = normaliser - torch.einsum("nv,nv->n", rows, hot)
    return losses.sum() / max(len(targets), 1)
