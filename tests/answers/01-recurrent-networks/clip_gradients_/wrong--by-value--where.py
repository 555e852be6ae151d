# Wrong: cuts large entries off, positive and negative ones.
import torch

def clip_gradients_(parameters, max_norm):
    square = 0.0
    for p in parameters:
        if p.grad is not None:
            square += float((p.grad ** 2).sum())
            p.grad[p.grad > max_norm] = max_norm
            p.grad[p.grad < -max_norm] = -max_norm
    return square ** 0.5
