# Right: one draw for the choice, one for the fate.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = torch.rand(ids.shape, generator=generator) < rate
    chosen = chosen & ~special
    fate = torch.rand(ids.shape, generator=generator)
    labels = ids.masked_fill(~chosen, -100)
    corrupted = ids.clone()
    corrupted[chosen & (fate < 0.8)] = mask_id
    swap = chosen & (fate >= 0.8) & (fate < 0.9)
    corrupted[swap] = torch.randint(0, vocab_size, (int(swap.sum()),), generator=generator)
    return corrupted, labels
