# Wrong: the random tokens are other tokens of the batch, not of the vocabulary.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    fate = torch.rand(ids.shape, generator=generator)
    words = ids.flatten()[torch.randperm(ids.numel(), generator=generator)].view_as(ids)
    corrupted = torch.where(chosen & (fate < 0.8), mask_id, ids)
    corrupted = torch.where(chosen & (fate >= 0.8) & (fate < 0.9), words, corrupted)
    return corrupted, torch.where(chosen, ids, -100)
