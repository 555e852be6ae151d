# Wrong: divided by d.
import math

def warmup_rate(step, d_model, warmup):
    if step <= warmup:
        rate = step / (warmup * math.sqrt(warmup))
    else:
        rate = 1 / math.sqrt(step)
    return rate / d_model
