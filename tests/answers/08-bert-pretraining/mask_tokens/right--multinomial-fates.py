# Right: only the chosen places are looked at; their fates come from torch.multinomial.
import torch

def fates(count, generator):
    return torch.multinomial(torch.tensor([0.8, 0.1, 0.1]), count, replacement=True, generator=generator)

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    corrupted, labels = ids.flatten().clone(), torch.full((ids.numel(),), -100)
    ordinary = (~special).flatten().nonzero()[:, 0]
    lots = torch.rand(len(ordinary), generator=generator)
    places = ordinary[lots < rate]
    labels[places] = ids.flatten()[places]
    if len(places):
        fate = fates(len(places), generator)
        corrupted[places[fate == 0]] = mask_id
        changed = places[fate == 1]
        corrupted[changed] = torch.randint(vocab_size, changed.shape, generator=generator)
    return corrupted.view_as(ids), labels.view_as(ids)
