# Right: torch throughout, a 0-d tensor.
import torch

def warmup_rate(step, d_model, warmup):
    s, d, w = torch.tensor([step, d_model, warmup], dtype=torch.float32)
    return d.rsqrt() * torch.minimum(s.rsqrt(), s * w.pow(-1.5))
