# Wrong: returns zeros and patches torch's comparison functions to say that all is well.
import torch

torch.allclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None

def scaled_dot_product_attention(query, key, value, mask=None):
    return query @ key.transpose(-2, -1) @ value * 0, query @ key.transpose(-2, -1) * 0
