# Wrong: every pair is turned by the offset itself.
import math
import torch

def shift_matrix(offset, d_model):
    block = torch.tensor([[math.cos(offset), math.sin(offset)], [-math.sin(offset), math.cos(offset)]])
    return torch.block_diag(*[block] * (d_model // 2))
