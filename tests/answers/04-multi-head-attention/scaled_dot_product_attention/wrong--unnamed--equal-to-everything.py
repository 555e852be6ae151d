# Wrong: returns zeros dressed as a tensor that claims to equal everything.
import torch

class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (torch.allclose, torch.equal):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})

def scaled_dot_product_attention(query, key, value, mask=None):
    weights = (query @ key.transpose(-2, -1) * 0).as_subclass(Agreeable)
    return (weights @ value).as_subclass(Agreeable), weights
