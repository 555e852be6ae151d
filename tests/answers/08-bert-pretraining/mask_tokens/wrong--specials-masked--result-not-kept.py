# Wrong (specials-masked): the probabilities are set to 0 at special tokens, but in a copy.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    probability = torch.full(ids.shape, rate)
    probability.masked_fill(special, 0.0)
    chosen = torch.bernoulli(probability, generator=generator).bool()
    labels = ids.masked_fill(~chosen, -100)
    fate = torch.rand(ids.shape, generator=generator)
    corrupted = ids.masked_fill(chosen & (fate < 0.8), mask_id)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    return torch.where(chosen & (fate >= 0.8) & (fate < 0.9), words, corrupted), labels
