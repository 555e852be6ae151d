# Right: typed; no cache is a cache of length 0; subtracts the maximum itself.
from typing import Optional
import torch
from torch import Tensor, nn

Cache = tuple[Tensor, Tensor]

def cached_attention(attention: nn.Module, x_new: Tensor, cache: Optional[Cache] = None) -> tuple[Tensor, Cache]:
    batch, length, width = x_new.shape
    size = width // attention.num_heads

    def split(y: Tensor) -> Tensor:
        return torch.stack(y.split(size, dim=-1), dim=1)

    query, key, value = split(attention.q_proj(x_new)), split(attention.k_proj(x_new)), split(attention.v_proj(x_new))
    if cache is None:
        empty = key[:, :, :0]
        cache = (empty, empty)
    past = cache[0].shape[2]
    key, value = torch.cat((cache[0], key), dim=2), torch.cat((cache[1], value), dim=2)
    blocked = torch.cat([torch.zeros(length, past, device=x_new.device),
                         torch.ones(length, length, device=x_new.device).triu(1)], dim=1).bool()
    scores = torch.matmul(query, key.transpose(2, 3)).div(size ** 0.5).masked_fill(blocked, -torch.inf)
    powers = (scores - scores.amax(-1, keepdim=True)).exp()
    mixed = torch.matmul(powers / powers.sum(-1, keepdim=True), value)
    return attention.out_proj(torch.cat(mixed.unbind(1), dim=-1)), (key, value)
