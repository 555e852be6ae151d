# Wrong (always-mask): the fates are drawn, but the random tokens are put into a copy that is not returned.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = torch.bernoulli(torch.full(ids.shape, rate), generator=generator).bool() & ~special
    corrupted, labels = ids.clone(), ids.clone()
    labels[~chosen] = -100
    corrupted[chosen] = mask_id
    fate = torch.rand(ids.shape, generator=generator)
    corrupted[chosen][fate[chosen] > 0.9] = 0
    torch.where(chosen & (fate > 0.8), torch.randint(vocab_size, ids.shape, generator=generator), corrupted)
    return corrupted, labels
