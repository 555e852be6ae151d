# Right: one sequence at a time, printing the shapes of the first.
import math
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    lead = query.shape[:-2]
    q = query.reshape(-1, *query.shape[-2:])
    k = key.reshape(-1, *key.shape[-2:])
    v = value.reshape(-1, *value.shape[-2:])
    outputs = []
    for n in range(q.shape[0]):
        kp, vp = E_k.mm(k[n]), E_v.mm(v[n])
        if n == 0:
            print(k[n].shape, "->", kp.shape)
        w = torch.softmax(q[n].mm(kp.t()) / math.sqrt(q.shape[-1]), dim=1)
        outputs.append(w.mm(vp))
    return torch.stack(outputs).reshape(*lead, q.shape[1], v.shape[-1])
