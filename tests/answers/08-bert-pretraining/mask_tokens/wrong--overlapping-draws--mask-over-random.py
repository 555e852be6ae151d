# Wrong (overlapping-draws): a draw for each fate; the mask overwrites most of the random ones.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    replaced = chosen & (torch.rand(ids.shape, generator=generator) < 0.1)
    hidden = chosen & (torch.rand(ids.shape, generator=generator) < 0.8)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    corrupted = torch.where(replaced, words, ids)
    corrupted = torch.where(hidden, mask_id, corrupted)
    return corrupted, torch.where(chosen, ids, -100)
