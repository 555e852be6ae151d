# Wrong: a lower triangle that is transposed once too often.
import torch

def causal_mask(length):
    rows = [[col <= row for col in range(length)] for row in range(length)]
    return torch.tensor(rows).T
