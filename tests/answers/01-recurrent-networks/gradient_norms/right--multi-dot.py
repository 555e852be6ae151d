# Right: a list of step Jacobians and torch.linalg.multi_dot.
import torch

def gradient_norms(W_h, states):
    steps = [(1 - h * h)[:, None] * W_h for h in states[1:]]
    result = []
    for t in range(states.shape[0]):
        chain = steps[t:][::-1]                       # the last step stands on the left
        if not chain:
            J = torch.eye(states.shape[1], dtype=states.dtype)
        elif len(chain) == 1:
            J = chain[0]
        else:
            J = torch.linalg.multi_dot(chain)
        result.append(torch.linalg.norm(J, 2))
    return torch.stack(result)
