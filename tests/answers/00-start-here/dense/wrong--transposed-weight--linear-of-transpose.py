# Wrong: F.linear transposes by itself, here the weight is transposed before.
import torch.nn.functional as F

def dense(x, weight, bias):
    return F.relu(F.linear(x, weight.T, bias))
