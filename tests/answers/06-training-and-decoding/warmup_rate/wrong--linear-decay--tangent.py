# Wrong: linear decay, tangent.
import math

def warmup_rate(step, d_model, warmup):
    if step <= warmup:
        rate = step / (warmup * math.sqrt(warmup))
    else:
        rate = (1.5 - 0.5 * step / warmup) / math.sqrt(warmup)
    return rate / math.sqrt(d_model)
