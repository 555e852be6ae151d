# Right: one draw from another distribution: chosen where an exponential time is short enough; fates by bucketize.
import math
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    limit = -math.log1p(-rate) if rate < 1 else math.inf
    time = torch.empty(ids.shape, dtype=torch.float64).exponential_(1.0, generator=generator)
    chosen = (time < limit) & ~special
    fate = torch.bucketize(torch.rand(ids.shape, generator=generator), torch.tensor([0.8, 0.9]), right=True)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    options = torch.stack((torch.full_like(ids, mask_id), words, ids), dim=-1)
    picked = options.gather(-1, fate.unsqueeze(-1)).squeeze(-1)
    return torch.where(chosen, picked, ids), torch.where(chosen, ids, -100)
