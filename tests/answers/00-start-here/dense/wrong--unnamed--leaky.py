# Wrong: a leaky ReLU lets negative values through.
import torch.nn.functional as F

def dense(x, weight, bias):
    return F.leaky_relu(F.linear(x, weight, bias))
