# Right: a single number for each token decides choice and fate.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    u = torch.rand(ids.shape, generator=generator, dtype=torch.float64, device=ids.device)
    u = torch.where(special, torch.ones_like(u), u / rate)
    kind = (u < 0.8).long() + (u < 0.9).long() + (u < 1).long()  # 3 hidden, 2 replaced, 1 kept, 0 not chosen
    words = (torch.rand(ids.shape, generator=generator, dtype=torch.float64, device=ids.device) * vocab_size).long()
    table = torch.stack([ids, ids, words, torch.full_like(ids, mask_id)])
    corrupted = table.gather(0, kind[None])[0]
    return corrupted, torch.where(kind > 0, ids, torch.full_like(ids, -100))
