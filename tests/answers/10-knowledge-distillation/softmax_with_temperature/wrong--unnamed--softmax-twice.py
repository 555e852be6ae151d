# Wrong: softens probabilities, not logits.
import torch

def softmax_with_temperature(logits, temperature):
    return torch.softmax(torch.softmax(logits, -1) / temperature, -1)
