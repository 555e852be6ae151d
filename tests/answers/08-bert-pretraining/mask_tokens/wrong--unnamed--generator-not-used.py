# Wrong: draws from torch's global generator.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    chosen = (torch.rand(ids.shape) < rate) & ~special
    fate = torch.rand(ids.shape)
    words = torch.randint(vocab_size, ids.shape)
    corrupted = torch.where(chosen & (fate < 0.8), mask_id, ids)
    corrupted = torch.where(chosen & (fate >= 0.8) & (fate < 0.9), words, corrupted)
    return corrupted, torch.where(chosen, ids, -100)
