# Wrong: returns a NumPy array.
import numpy as np

def sinusoidal_encoding(length, d_model):
    t, j = np.arange(length)[:, None], np.arange(d_model)[None, :]
    angle = t / 10000 ** (2 * (j // 2) / d_model)
    return np.where(j % 2 == 0, np.sin(angle), np.cos(angle)).astype(np.float32)
