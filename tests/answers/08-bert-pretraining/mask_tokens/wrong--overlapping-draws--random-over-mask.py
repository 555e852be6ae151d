# Wrong (overlapping-draws): a draw for each fate; the random ones overwrite some of the masks.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    corrupted = ids.clone()
    labels = ids.masked_fill(~chosen, -100)
    hidden = torch.bernoulli(torch.full(ids.shape, 0.8), generator=generator).bool() & chosen
    corrupted[hidden] = mask_id
    replaced = torch.bernoulli(torch.full(ids.shape, 0.1), generator=generator).bool() & chosen
    corrupted[replaced] = torch.randint(vocab_size, (int(replaced.sum()),), generator=generator)
    return corrupted, labels
