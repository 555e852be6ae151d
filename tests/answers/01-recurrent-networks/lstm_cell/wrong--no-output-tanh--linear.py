# Wrong: the last tanh is missing.
import torch.nn.functional as F

def lstm_cell(x, h, c, W_x, W_h, b):
    i, f, g, o = (F.linear(x, W_x, b) + F.linear(h, W_h)).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid().mul(c), c
