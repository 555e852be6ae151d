# Wrong (specials-masked): a loop over tokens in which special is forgotten.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    lots = torch.rand(ids.numel(), generator=generator).tolist()
    dice = torch.randint(10, (ids.numel(),), generator=generator).tolist()
    words = torch.randint(vocab_size, (ids.numel(),), generator=generator).tolist()
    corrupted, labels = ids.flatten().tolist(), [-100] * ids.numel()
    for n, token in enumerate(list(corrupted)):
        if lots[n] < rate:
            labels[n] = token
            if dice[n] < 8:
                corrupted[n] = mask_id
            elif dice[n] == 8:
                corrupted[n] = words[n]
    return torch.tensor(corrupted).view(ids.shape), torch.tensor(labels).view(ids.shape)
