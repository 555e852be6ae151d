# Wrong: goes through NumPy, so no gradient comes back and the result is no tensor.
import numpy as np

def scaled_dot_product_attention(query, key, value, mask=None):
    q, k, v = (t.detach().numpy() for t in (query, key, value))
    s = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    if mask is not None:
        s = np.where(mask.numpy(), s, -1e30)
    e = np.exp(s - s.max(-1, keepdims=True))
    w = e / e.sum(-1, keepdims=True)
    if mask is not None:
        w = w * mask.numpy()
    return w @ v, w
