# Wrong: top k off by one, slice.
import torch

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    V = logits.shape[-1]
    result = torch.full_like(logits, -torch.inf).reshape(-1, V)
    for row, out in zip(logits.reshape(-1, V), result):
        order = torch.argsort(row, descending=True)
        if top_k is not None:
            order = order[:top_k + 1]
        scaled = row[order] / temperature
        n = len(order)
        if top_p is not None:
            p = torch.softmax(scaled, 0)
            mass, n = 0.0, 0
            while n < len(order) and (n == 0 or mass < top_p):
                mass += p[n].item()
                n += 1
        out[order[:n]] = scaled[:n]
    return result.reshape(logits.shape)
