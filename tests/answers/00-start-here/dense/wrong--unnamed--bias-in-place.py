# Wrong: accumulates into the caller's bias.
import torch

def dense(x, weight, bias):
    with torch.no_grad():
        rows = []
        for row in x:
            rows.append(torch.relu(weight @ row + bias))
        bias += 0.5
    return torch.stack(rows)
