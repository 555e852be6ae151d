# Wrong: the fate is drawn once for the whole batch.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    fate = torch.rand((), generator=generator)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    if fate < 0.8:
        corrupted = torch.where(chosen, mask_id, ids)
    elif fate < 0.9:
        corrupted = torch.where(chosen, words, ids)
    else:
        corrupted = ids.clone()
    return corrupted, torch.where(chosen, ids, -100)
