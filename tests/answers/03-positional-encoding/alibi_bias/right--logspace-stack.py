# Right: logspace in base 2, one matrix per head stacked; prints the slopes.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = torch.logspace(-8 / num_heads, -8, num_heads, base=2)
    print("slopes", slopes.tolist())
    q = torch.arange(query_length, dtype=torch.float32)
    k = torch.arange(key_length, dtype=torch.float32)
    return torch.stack([-(m * torch.cdist(q[:, None], k[:, None], p=1)) for m in slopes])
