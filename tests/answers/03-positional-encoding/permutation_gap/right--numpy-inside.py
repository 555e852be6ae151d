# Right: a measurement, so NumPy is fine: no gradient is asked for.
import numpy as np
import torch

def permutation_gap(layer, x, permutation):
    p = permutation.numpy()
    a = layer(x).detach().numpy()[:, p]
    b = layer(x[:, permutation]).detach().numpy()
    return float(np.max(np.abs(a - b)))
