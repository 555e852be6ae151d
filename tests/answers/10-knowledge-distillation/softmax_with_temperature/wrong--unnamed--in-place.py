# Wrong: divides the caller's logits in place.
import torch

def softmax_with_temperature(logits, temperature):
    with torch.no_grad():
        logits /= temperature
    return torch.softmax(logits, dim=-1)
