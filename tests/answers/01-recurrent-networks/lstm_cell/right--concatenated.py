# Right: one product of [x, h] with [W_x, W_h], typed; returns a list of the two.
from typing import List
import torch
import torch.nn.functional as F
from torch import Tensor

def lstm_cell(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> List[Tensor]:
    z = F.linear(torch.cat([x, h], dim=-1), torch.cat([W_x, W_h], dim=-1), b)
    i, f, g, o = torch.split(z, h.size(-1), dim=-1)
    cell = torch.addcmul(F.sigmoid(f) * c, F.sigmoid(i), F.tanh(g))
    return [F.sigmoid(o) * F.tanh(cell), cell]
