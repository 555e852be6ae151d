# Wrong: the weights are viewed as (4, H, D) in the order i, f, o, g.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[-1]
    pre = torch.einsum("khd,bd->kbh", W_x.view(4, H, -1), x)
    pre = pre + torch.einsum("khj,bj->kbh", W_h.view(4, H, H), h) + b.view(4, 1, H)
    c_next = pre[1].sigmoid() * c + pre[0].sigmoid() * pre[3].tanh()
    return pre[2].sigmoid() * c_next.tanh(), c_next
