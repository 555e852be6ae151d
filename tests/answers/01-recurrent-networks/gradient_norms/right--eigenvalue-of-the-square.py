# Right: the square root of the largest eigenvalue of J^T J; prints each norm.
import torch

def gradient_norms(W_h, states):
    T = states.shape[0]
    J = torch.eye(states.shape[1], dtype=torch.float64)
    out = [torch.tensor(1.0, dtype=torch.float64)]
    W, S = W_h.double(), states.double()
    for s in reversed(range(1, T)):
        J = torch.einsum("ij,j,jk->ik", J, 1 - S[s] ** 2, W)
        out.append(torch.linalg.eigvalsh(J.T @ J)[-1].clamp(min=0).sqrt())
        print(s - 1, float(out[-1]))
    return torch.stack(out[::-1]).to(states.dtype)
