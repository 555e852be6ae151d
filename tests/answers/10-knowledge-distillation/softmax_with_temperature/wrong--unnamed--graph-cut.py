# Wrong: goes through NumPy, so that nothing can be differentiated.
import numpy as np
import torch

def softmax_with_temperature(logits, temperature):
    z = logits.detach().numpy() / temperature
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return torch.from_numpy(e / e.sum(axis=-1, keepdims=True))
