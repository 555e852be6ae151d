# Wrong: chooses exactly a share of the ordinary tokens, so they are not independent.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    places = (~special).flatten().nonzero()[:, 0]
    places = places[torch.randperm(len(places), generator=generator)][: round(rate * len(places))]
    chosen = torch.zeros(ids.numel(), dtype=torch.bool)
    chosen[places] = True
    chosen = chosen.view_as(ids)
    fate = torch.rand(ids.shape, generator=generator)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    corrupted = torch.where(chosen & (fate < 0.8), mask_id, ids)
    corrupted = torch.where(chosen & (fate >= 0.8) & (fate < 0.9), words, corrupted)
    return corrupted, torch.where(chosen, ids, -100)
