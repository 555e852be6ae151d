# Right: everything transposed, gates along axis 0.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    a = W_x.mm(x.t()) + W_h.mm(h.t()) + b[:, None]          # (4H, B)
    i, f, g, o = a.unflatten(0, (4, -1)).unbind(0)
    c_new = f.sigmoid().mul(c.t()) + i.sigmoid().mul(g.tanh())
    h_new = o.sigmoid().mul(c_new.tanh())
    return h_new.t(), c_new.t()
