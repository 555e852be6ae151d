# Wrong: multiplies temperature, numpy.
import numpy as np
import torch

def _kept(row, top_k, top_p):
    order = np.argsort(-row, kind="stable")
    if top_k is not None:
        order = order[:top_k]
    if top_p is not None:
        e = np.exp(row[order] - row[order[0]])
        sums = np.cumsum(e / e.sum())
        enough = np.nonzero(sums >= top_p)[0]
        last = enough[0] if len(enough) else len(order) - 1
        order = order[: last + 1]
    mask = np.zeros(len(row), dtype=bool)
    mask[order] = True
    return mask

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    scaled = logits.mul(temperature)
    rows = scaled.detach().cpu().numpy().astype(np.float64).reshape(-1, logits.shape[-1])
    mask = np.stack([_kept(row, top_k, top_p) for row in rows]).reshape(scaled.shape)
    return torch.masked_fill(scaled, ~torch.from_numpy(mask).to(logits.device), float("-inf"))
