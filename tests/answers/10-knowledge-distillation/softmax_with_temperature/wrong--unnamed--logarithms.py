# Wrong: returns logarithms of probabilities.
import torch

def softmax_with_temperature(logits, temperature):
    return torch.log_softmax(logits / temperature, -1)
