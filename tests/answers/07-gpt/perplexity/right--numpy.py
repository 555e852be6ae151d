# Right: NumPy's weighted average.
import numpy as np

def perplexity(losses, counts):
    return float(np.exp(np.average([float(x) for x in losses], weights=[float(c) for c in counts])))
