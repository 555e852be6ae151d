# Wrong: the ReLU is computed and not returned.
import torch

def dense(x, weight, bias):
    z = torch.einsum("bi,oi->bo", x, weight) + bias
    torch.relu(z)
    return z
