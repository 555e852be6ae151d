# Wrong: v multiplies inside the tanh.
import torch

def additive_score(query, keys, W_q, W_k, v):
    rows = []
    for b in range(len(query)):
        rows.append(torch.stack([torch.tanh(v.dot(W_q.mv(query[b]) + W_k.mv(key))) for key in keys[b]]))
    return torch.stack(rows)
