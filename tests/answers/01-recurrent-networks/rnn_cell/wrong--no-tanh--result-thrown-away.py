# Wrong: the tanh is computed and not returned.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    new = torch.einsum("hd,bd->bh", W_x, x) + torch.einsum("hk,bk->bh", W_h, h) + b
    torch.tanh(new)
    return new
