# Wrong: max instead of min, numpy.
import numpy as np

def warmup_rate(step, d_model, warmup):
    step, d_model, warmup = (np.float64(v) for v in (step, d_model, warmup))
    return float(np.maximum(1 / np.sqrt(step), step / warmup**1.5) / np.sqrt(d_model))
