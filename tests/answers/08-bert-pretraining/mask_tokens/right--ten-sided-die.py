# Right: a die with ten sides for the fate, uniform_ for the choice, masked_scatter for the random tokens.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    lots = torch.empty(ids.shape).uniform_(generator=generator)
    chosen = (lots < rate).logical_and(special.logical_not())
    die = torch.randint(10, ids.shape, generator=generator)
    words = torch.empty_like(ids).random_(0, vocab_size, generator=generator)
    corrupted = ids.masked_fill(chosen & (die < 8), mask_id)
    corrupted = torch.where(chosen & (die == 8), words, corrupted)
    labels = torch.full_like(ids, -100).masked_scatter(chosen, ids[chosen])
    return corrupted, labels
