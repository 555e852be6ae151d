# Right: Bernoulli draws; half of those that are not hidden are replaced.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    ids = ids.clone()
    labels = ids.clone()
    probability = torch.full(labels.shape, rate)
    probability.masked_fill_(special, value=0.0)
    chosen = torch.bernoulli(probability, generator=generator).bool()
    labels[~chosen] = -100
    hidden = torch.bernoulli(torch.full(labels.shape, 0.8), generator=generator).bool() & chosen
    ids[hidden] = mask_id
    replaced = torch.bernoulli(torch.full(labels.shape, 0.5), generator=generator).bool() & chosen & ~hidden
    words = torch.randint(vocab_size, labels.shape, dtype=torch.long, generator=generator)
    ids[replaced] = words[replaced]
    return ids, labels
