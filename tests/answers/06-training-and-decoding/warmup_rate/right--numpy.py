# Right: NumPy's minimum, a NumPy float converted at the end.
import numpy as np

def warmup_rate(step, d_model, warmup):
    step, d_model, warmup = (np.float64(v) for v in (step, d_model, warmup))
    return float(np.minimum(1 / np.sqrt(step), step / warmup**1.5) / np.sqrt(d_model))
