# Wrong: gates 0 and 1 are exchanged in the cell update.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[-1]
    pre = torch.einsum("khd,bd->kbh", W_x.view(4, H, -1), x)
    pre = pre + torch.einsum("khj,bj->kbh", W_h.view(4, H, H), h) + b.view(4, 1, H)
    c_next = pre[0].sigmoid() * c + pre[1].sigmoid() * pre[2].tanh()
    return pre[3].sigmoid() * c_next.tanh(), c_next
