# Right: adds logarithms instead of multiplying powers.
from math import exp, log

def warmup_rate(step, d_model, warmup):
    rising = log(step) - 1.5 * log(warmup)
    falling = -0.5 * log(step)
    return exp(-0.5 * log(d_model) + sorted([rising, falling])[0])
