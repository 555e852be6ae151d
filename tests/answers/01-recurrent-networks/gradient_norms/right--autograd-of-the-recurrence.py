# Right: rebuilds the recurrence around the given states (what the inputs added is recovered by atanh) and asks autograd.
import torch
from torch.autograd.functional import jacobian

def gradient_norms(W_h, states):
    W, S = W_h.detach().double(), states.detach().double()

    def last_state(h, t):
        for s in range(t + 1, len(S)):
            from_input = torch.atanh(S[s]) - W @ S[s - 1]
            h = torch.tanh(W @ h + from_input)
        return h

    norms = [torch.linalg.matrix_norm(jacobian(lambda h: last_state(h, t), S[t]), ord=2) for t in range(len(S))]
    return torch.stack(norms).to(states.dtype)
