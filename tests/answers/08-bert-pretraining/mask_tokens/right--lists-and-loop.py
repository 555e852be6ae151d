# Right: a loop over Python lists; the numbers are drawn beforehand.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    shape = ids.shape
    draws = torch.rand(2, ids.numel(), generator=generator).tolist()
    words = torch.randint(high=vocab_size, size=(ids.numel(),), generator=generator).tolist()
    corrupted, labels = [], []
    for token, never, a, b, word in zip(ids.flatten().tolist(), special.flatten().tolist(), *draws, words):
        if never or a >= rate:
            corrupted.append(token)
            labels.append(-100)
            continue
        labels.append(token)
        if b < 0.8:
            corrupted.append(mask_id)
        elif b < 0.9:
            corrupted.append(word)
        else:
            corrupted.append(token)
    return torch.tensor(corrupted).reshape(shape), torch.tensor(labels).reshape(shape)
