# Wrong: weighs the values with the scores, hidden ones set to zero.
import torch

def attend(scores, values, mask=None):
    w = scores.clone()
    if mask is not None:
        w = w.masked_fill(mask.logical_not(), 0.0)
    return (w.unsqueeze(-1) * values).sum(1), w
