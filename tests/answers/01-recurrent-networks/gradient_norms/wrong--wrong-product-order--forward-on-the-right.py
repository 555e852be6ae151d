# Wrong: going forward in time from each t, the steps are multiplied on the right.
import torch

def gradient_norms(W_h, states):
    norms = []
    for t in range(len(states)):
        J = torch.eye(W_h.shape[0], dtype=states.dtype)
        for s in range(t + 1, len(states)):
            J = J @ ((1 - states[s] ** 2)[:, None] * W_h)
        norms.append(torch.linalg.svdvals(J)[0])
    return torch.stack(norms)
