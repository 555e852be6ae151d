# Right: writes to standard error, logs and warns while it works; decorated to count its calls.
import functools
import logging
import sys
import warnings
import torch

calls = 0

def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        global calls
        calls += 1
        sys.stderr.write(f"call {calls}\n")
        return function(*args, **kwargs)
    return wrapper

@counted
def scaled_dot_product_attention(query, key, value, mask=None):
    logging.warning("shapes %s %s %s", query.shape, key.shape, value.shape)
    warnings.warn("written at night", UserWarning)
    s = torch.einsum("...qd,...kd->...qk", query, key).mul(query.shape[-1] ** -0.5)
    if mask is not None:
        m = mask.expand_as(s)
        dead = torch.logical_not(m.any(-1, keepdim=True))
        s = s.masked_fill(m.logical_not(), float("-inf")).masked_fill(dead, 0.0)
        a = s.softmax(-1).masked_fill(dead, 0.0)
    else:
        a = s.softmax(-1)
    return torch.einsum("...qk,...kv->...qv", a, value), a

if __name__ == "__main__":
    torch.manual_seed(0)
    q = torch.randn(1, 2, 3, 4)
    out, w = scaled_dot_product_attention(q, q, q)
    assert out.shape == q.shape
    print("ok", w.sum(-1))
