# Wrong: starts from the last step's Jacobian and goes on with *.
import torch

def gradient_norms(W_h, states):
    J, out = None, [torch.ones((), dtype=W_h.dtype)]
    for t in range(len(states) - 1, 0, -1):
        step = (1 - states[t] ** 2)[:, None] * W_h
        J = step if J is None else J * step
        out.append(torch.linalg.matrix_norm(J, 2))
    return torch.stack(out[::-1])
