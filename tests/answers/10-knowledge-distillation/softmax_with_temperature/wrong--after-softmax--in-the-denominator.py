# Wrong: the temperature stands in the denominator of the fraction instead of in the exponent.
import torch

def softmax_with_temperature(logits, temperature):
    e = (logits - logits.max(-1, keepdim=True).values).exp()
    return e / (temperature * e.sum(-1, keepdim=True))
