# Wrong: compares each parameter's norm with max_norm while it adds up the squares.
import torch

def clip_gradients_(parameters, max_norm):
    total = torch.zeros(())
    for p in list(parameters):
        if p.grad is not None:
            square = p.grad.square().sum()
            total = total + square
            if square > max_norm ** 2:
                p.grad *= max_norm / square.sqrt()
    return total.sqrt()
