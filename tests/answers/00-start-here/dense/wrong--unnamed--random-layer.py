# Wrong: a new nn.Linear with weights of its own.
import torch
import torch.nn as nn

def dense(x, weight, bias):
    layer = nn.Linear(x.shape[1], weight.shape[0]).to(x.dtype)
    return torch.relu(layer(x))
