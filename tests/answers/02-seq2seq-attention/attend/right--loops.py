# Right: sentence by sentence over the visible positions; returns a list of the two.
import torch

def attend(scores, values, mask=None):
    B, T = scores.shape
    mask = torch.ones(B, T, dtype=torch.bool) if mask is None else mask.expand(B, T)
    contexts, all_weights = [], []
    for b in range(B):
        visible = [t for t in range(T) if mask[b, t]]
        w = [scores[b, t] * 0 for t in range(T)]
        if visible:
            top = max(scores[b, t].item() for t in visible)
            e = {t: torch.exp(scores[b, t] - top) for t in visible}
            total = sum(e.values())
            for t in visible:
                w[t] = e[t] / total
        contexts.append(sum(w[t] * values[b, t] for t in range(T)))
        all_weights.append(torch.stack(w))
    return [torch.stack(contexts), torch.stack(all_weights)]
