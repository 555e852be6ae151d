# Wrong (always-mask): every chosen token becomes [MASK].
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    return torch.where(chosen, mask_id, ids), torch.where(chosen, ids, -100)
