# Right: the slopes as a geometric series whose start is its ratio, as the paper says it.
import torch

def get_slopes(n):
    start = 2 ** (-8 / n)
    return [start * start ** k for k in range(n)]

def alibi_bias(num_heads: int, query_length: int, key_length: int) -> torch.Tensor:
    slopes = torch.tensor(get_slopes(num_heads), dtype=torch.float32)
    rows, cols = torch.meshgrid(torch.arange(query_length), torch.arange(key_length), indexing="ij")
    distance = torch.maximum(rows - cols, cols - rows).float()
    return torch.einsum("h,qk->hqk", slopes, distance).neg()
