# Wrong: sums to 1 over the first axis instead of the last.
import torch

def softmax_with_temperature(logits, temperature):
    return torch.softmax(logits / temperature, dim=0)
