# Wrong: linear decay, interpolation.
import numpy as np

def warmup_rate(step, d_model, warmup):
    peak = 1 / np.sqrt(d_model * warmup)
    return float(np.interp(step, [0, warmup, 5 * warmup], [0, peak, 0]))
