# Wrong: the pair is put together with the cell state first.
import torch.nn.functional as F

def lstm_cell(x, h, c, W_x, W_h, b):
    i, f, g, o = (F.linear(x, W_x, b) + F.linear(h, W_h)).chunk(4, -1)
    state = [f.sigmoid() * c + i.sigmoid() * g.tanh()]
    state.append(o.sigmoid() * state[0].tanh())
    return tuple(state)
