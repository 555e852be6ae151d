# Wrong: samples from first position, unbind.
from itertools import repeat
import torch

def generate(model, ids, steps, generator, **filters):
    """ids (B, T) -> (B, T + steps)"""
    crop = lambda x: x[..., -model.positions.embedding.num_embeddings:]
    with torch.set_grad_enabled(False):
        for _ in repeat(None, steps):
            logits, *_ = model(crop(ids)).unbind(1)
            rates = filter_logits(logits, **filters).softmax(-1)
            clocks = torch.zeros_like(rates).exponential_(generator=generator)
            winner = torch.where(rates > 0, clocks / rates, torch.inf).argmin(-1)
            ids = torch.cat([ids, winner[:, None]], -1)
    return ids
