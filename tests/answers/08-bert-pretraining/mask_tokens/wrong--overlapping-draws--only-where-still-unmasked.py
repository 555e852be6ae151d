# Wrong (overlapping-draws): a second draw of a tenth among those that the first one left, so too few are random.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    hidden = chosen & (torch.rand(ids.shape, generator=generator) < 0.8)
    replaced = chosen & ~hidden & (torch.rand(ids.shape, generator=generator) < 0.1)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    corrupted = ids.masked_fill(hidden, mask_id)
    corrupted[replaced] = words[replaced]
    return corrupted, ids.masked_fill(~chosen, -100)
