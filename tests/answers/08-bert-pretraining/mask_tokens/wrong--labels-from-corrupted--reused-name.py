# Wrong (labels-from-corrupted): a copy under the old name, from which the labels are taken too late.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    ids = ids.clone()
    u = torch.rand(ids.shape, generator=generator)
    u[special] = 2.0
    ids[u < 0.8 * rate] = mask_id
    swap = (u >= 0.8 * rate) & (u < 0.9 * rate)
    ids[swap] = torch.randint(vocab_size, (int(swap.sum()),), generator=generator)
    labels = ids.clone()
    labels[u >= rate] = -100
    return ids, labels
