# Right: a (T, D, D) stack of block-diagonal rotation matrices, multiplied with each position's vector.
import torch

def apply_rotary(x, positions, base=10000.0):
    T, D = x.shape[-2:]
    matrices = []
    for t in range(T):
        M = torch.zeros(D, D, dtype=x.dtype, device=x.device)
        for i in range(D // 2):
            angle = positions[t].to(x.dtype) * base ** (-2 * i / D)
            c, s = torch.cos(angle), torch.sin(angle)
            M[2 * i, 2 * i], M[2 * i, 2 * i + 1] = c, -s
            M[2 * i + 1, 2 * i], M[2 * i + 1, 2 * i + 1] = s, c
        matrices.append(M)
    return torch.einsum("tij,...tj->...ti", torch.stack(matrices), x)
