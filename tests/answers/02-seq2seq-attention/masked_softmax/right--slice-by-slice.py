# Right: moves the axis to the end and treats one slice after the other.
import torch

def masked_softmax(scores, mask, dim=-1):
    moved = scores.movedim(dim, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    if mask is None:
        keep = torch.ones_like(rows, dtype=torch.bool)
    else:
        keep = mask.expand(scores.shape).movedim(dim, -1).reshape(rows.shape)
    result = []
    for row, m in zip(rows, keep):
        weights = row * 0.0
        if m.any():
            weights = weights.index_put((m.nonzero().squeeze(1),), torch.softmax(row[m], dim=0))
        result.append(weights)
    return torch.stack(result).reshape(moved.shape).movedim(-1, dim)
