# Wrong: the einsum sums over the weight's first axis.
import torch

def dense(x, weight, bias):
    return (torch.einsum("bi,io->bo", x, weight) + bias).clamp(min=0)
