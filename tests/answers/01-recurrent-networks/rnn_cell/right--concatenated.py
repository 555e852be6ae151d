# Right: one product of the concatenations [x, h] and [W_x, W_h].
import torch

def rnn_cell(x, h, W_x, W_h, b):
    xh = torch.cat((x, h), dim=1)
    W = torch.cat((W_x, W_h), dim=1)
    return torch.addmm(b, xh, W.t()).tanh()
