# Right: unit by unit, with sigmoid written through tanh; prints the forget gates.
import torch

def sigmoid(a):
    return 0.5 * (1 + torch.tanh(a / 2))

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    hs, cs = [], []
    for k in range(H):
        a = [x @ W_x[k + r * H] + h @ W_h[k + r * H] + b[k + r * H] for r in range(4)]
        print("forget", sigmoid(a[1]).tolist())
        c_k = sigmoid(a[1]) * c[:, k] + sigmoid(a[0]) * torch.tanh(a[2])
        cs.append(c_k)
        hs.append(sigmoid(a[3]) * torch.tanh(c_k))
    return torch.stack(hs, dim=1), torch.stack(cs, dim=1)
