# Wrong: probability threshold.
import torch


def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    logits = logits / temperature
    if top_k is not None:
        k = min(top_k, logits.shape[-1])
        threshold = logits.topk(k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < threshold, float("-inf"))
    if top_p is not None:
        probabilities = logits.softmax(dim=-1)
        drop = probabilities < probabilities.amax(-1, keepdim=True) * top_p
        logits = logits.masked_fill(drop, float("-inf"))
    return logits
