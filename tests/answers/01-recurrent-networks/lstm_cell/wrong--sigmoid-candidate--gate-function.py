# Wrong: the helper applies a sigmoid whatever the block.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    def block(k):
        s = slice(k * H, k * H + H)
        return torch.sigmoid(x @ W_x[s].T + h @ W_h[s].T + b[s])
    new_c = block(1) * c + block(0) * block(2)
    return block(3) * new_c.tanh(), new_c
