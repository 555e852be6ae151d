# Wrong: written out for three entries.
import torch

def conv1d(x, kernel):
    return x[:-2] * kernel[0] + x[1:-1] * kernel[1] + x[2:] * kernel[2]
