# Right: fills a long vector with all gradients, scales it, and writes the pieces back in place.
import torch

def clip_gradients_(parameters, max_norm):
    grads = [p.grad.data for p in list(parameters) if p.grad is not None]
    if not grads:
        return 0.0
    sizes = [g.numel() for g in grads]
    vector = torch.cat([g.reshape(-1) for g in grads])
    norm = vector.square().sum().sqrt().item()
    scale = max_norm / norm if norm > max_norm else 1.0
    for g, piece in zip(grads, (vector * scale).split(sizes)):
        g[...] = piece.view_as(g)
    return norm
