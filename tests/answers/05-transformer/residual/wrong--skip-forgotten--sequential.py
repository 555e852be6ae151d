# Wrong (skip-forgotten): sequential.
from torch import nn

class _Call(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = [function]

    def forward(self, x):
        return self.function[0](x)

def residual(x, sublayer, norm, pre_norm=False):
    steps = (_Call(norm), _Call(sublayer))
    return nn.Sequential(*(steps if pre_norm else steps[::-1]))(x)
