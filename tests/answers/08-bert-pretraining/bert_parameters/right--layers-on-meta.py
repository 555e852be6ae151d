# Right: PyTorch's own layers on the meta device are counted.
import torch
from torch import nn

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    with torch.device("meta"):
        parts = [nn.Embedding(n, hidden) for n in (vocab_size, max_length, segments)] + [nn.LayerNorm(hidden), nn.Linear(hidden, hidden)]
        for _ in range(layers):
            parts += [nn.Linear(hidden, hidden) for _ in range(4)]
            parts += [nn.Linear(hidden, intermediate), nn.Linear(intermediate, hidden)]
            parts += [nn.LayerNorm(hidden), nn.LayerNorm(hidden)]
        return sum(p.numel() for part in parts for p in part.parameters())
