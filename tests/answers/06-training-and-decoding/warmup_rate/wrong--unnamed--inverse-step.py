# Wrong: inverse step.
import math

def warmup_rate(step, d_model, warmup):
    if step <= warmup:
        rate = step / (warmup * math.sqrt(warmup))
    else:
        rate = math.sqrt(warmup) / step
    return rate / math.sqrt(d_model)
