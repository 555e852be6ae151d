# Right: the exponential of the logits less their logsumexp.
import torch

def softmax_with_temperature(logits, temperature):
    z = logits * (1.0 / temperature)
    return (z - z.logsumexp(-1, keepdim=True)).exp()
