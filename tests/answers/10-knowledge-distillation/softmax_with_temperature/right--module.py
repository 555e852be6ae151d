# Right: a module for the last axis; the temperature as a tensor of the logits' dtype.
from torch import Tensor, nn
import torch

SOFTMAX = nn.Softmax(dim=-1)

def softmax_with_temperature(logits: Tensor, temperature: float) -> Tensor:
    temperatures = torch.full_like(logits, float(temperature))
    return SOFTMAX(torch.div(logits, temperatures))
