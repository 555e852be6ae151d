# Right: PyTorch's own linear map and ReLU.
import torch.nn.functional as F

def dense(x, weight, bias):
    return F.relu(F.linear(x, weight, bias))
