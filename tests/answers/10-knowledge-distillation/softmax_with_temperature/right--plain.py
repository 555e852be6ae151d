# Right: torch's softmax of the logits divided by the temperature.
import torch

def softmax_with_temperature(logits, temperature):
    return torch.softmax(logits / temperature, dim=-1)
