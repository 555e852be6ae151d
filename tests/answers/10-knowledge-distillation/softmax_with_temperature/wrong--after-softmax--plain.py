# Wrong: divides the probabilities by the temperature.
import torch

def softmax_with_temperature(logits, temperature):
    return torch.softmax(logits, dim=-1) / temperature
