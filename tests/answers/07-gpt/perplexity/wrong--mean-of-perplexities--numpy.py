# Wrong: mean of perplexities, numpy.
import numpy as np

def perplexity(losses, counts):
    return float(np.mean(np.exp([float(x) for x in losses])))
