# Wrong (in-place): masked_fill_ and copy_ on a view of ids; what is returned is a copy.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    corrupted = ids.view(-1)
    chosen = ((torch.rand(ids.shape, generator=generator) < rate) & ~special).view(-1)
    labels = corrupted.masked_fill(~chosen, -100).view_as(ids)
    fate = torch.rand(corrupted.shape, generator=generator)
    words = torch.randint(vocab_size, corrupted.shape, generator=generator)
    corrupted.masked_fill_(chosen & (fate < 0.8), mask_id)
    corrupted.copy_(torch.where(chosen & (fate >= 0.9), words, corrupted))
    return corrupted.view_as(ids).clone(), labels
