# Wrong: samples from first position, select.
import torch
from torch import Tensor

def draw(logits: Tensor, generator: torch.Generator) -> Tensor:
    p = logits.double().softmax(-1)
    order = p.argsort(-1, descending=True)
    cdf = p.gather(-1, order).cumsum(-1)
    u = torch.rand(len(p), 1, dtype=torch.float64, generator=generator, device=p.device) * cdf[:, -1:]
    place = (cdf <= u).sum(-1, keepdim=True).clamp(max=p.shape[-1] - 1)
    return order.gather(-1, place)

def generate(model, ids: Tensor, steps: int, generator: torch.Generator, **filters) -> Tensor:
    size = model.positions.embedding.num_embeddings
    pieces = [ids]
    with torch.no_grad():
        for _ in range(steps):
            context = torch.cat(pieces, dim=1)[:, -size:]
            last = model(context).select(1, 0)
            pieces.append(draw(filter_logits(last, **filters), generator))
    return torch.cat(pieces, dim=1)
