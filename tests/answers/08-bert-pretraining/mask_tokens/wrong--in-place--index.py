# Wrong (in-place): writes into ids.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    labels = torch.where(chosen, ids, -100)
    fate = torch.rand(ids.shape, generator=generator)
    ids[chosen & (fate < 0.8)] = mask_id
    swap = chosen & (fate >= 0.8) & (fate < 0.9)
    ids[swap] = torch.randint(vocab_size, (int(swap.sum()),), generator=generator)
    return ids, labels
