# Wrong: both results in one line, the first with the old c.
import torch.nn.functional as F

def lstm_cell(x, h, c, W_x, W_h, b):
    i, f, g, o = (F.linear(x, W_x, b) + F.linear(h, W_h)).split(h.shape[1], 1)
    return o.sigmoid() * c.tanh(), f.sigmoid() * c + i.sigmoid() * g.tanh()
