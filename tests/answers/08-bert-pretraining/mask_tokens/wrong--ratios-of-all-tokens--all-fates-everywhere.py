# Wrong (ratios-of-all-tokens): every ordinary token has a fate; being chosen only decides about the label.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    ordinary = ~special
    labels = ids.clone()
    labels[~((torch.rand(ids.shape, generator=generator) < rate) & ordinary)] = -100
    corrupted = ids.clone()
    fate = torch.rand(ids.shape, generator=generator)
    corrupted[(fate < 0.8) & ordinary] = mask_id
    swap = (fate >= 0.8) & (fate < 0.9) & ordinary
    corrupted[swap] = torch.randint(vocab_size, (int(swap.sum()),), generator=generator)
    return corrupted, labels
