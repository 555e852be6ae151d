# Wrong (biases-forgotten): counts layers that were built without bias.
import torch
from torch import nn

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    with torch.device("meta"):
        parts = [nn.Embedding(n, hidden) for n in (vocab_size, max_length, segments)]
        parts += [nn.LayerNorm(hidden) for _ in range(1 + 2 * layers)]
        parts += [nn.Linear(hidden, hidden, bias=False) for _ in range(4 * layers + 1)]
        parts += [nn.Linear(hidden, intermediate, bias=False) for _ in range(2 * layers)]
        return sum(p.numel() for part in parts for p in part.parameters())
