# Wrong: pads K - 1 zeros on the left, the output is as long as the input and looks only back.
import torch
import torch.nn.functional as F

def conv1d(x, kernel):
    K = len(kernel)
    return F.pad(x, (K - 1, 0)).unfold(0, K, 1) @ kernel
