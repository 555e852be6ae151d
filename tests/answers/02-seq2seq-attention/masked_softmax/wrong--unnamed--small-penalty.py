# Wrong: -50 for the hidden ones is not low enough for scores that are lower still.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(dim)
    return scores.masked_fill(~mask, -50.0).softmax(dim) * mask
