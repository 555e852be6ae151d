# Wrong (ratios-of-all-tokens): a die for each ordinary token, which hides eight of ten, chosen or not.
import torch

def mask_tokens(ids, special, vocab_size, mask_id, generator, rate=0.15):
    lots = torch.empty(ids.shape).uniform_(generator=generator)
    labels = ids.masked_fill(special | (lots >= rate), -100)
    die = torch.randint(10, ids.shape, generator=generator).masked_fill(special, 9)
    words = torch.randint(vocab_size, ids.shape, generator=generator)
    table = torch.stack([torch.full_like(ids, mask_id)] * 8 + [words, ids])
    return table.gather(0, die[None])[0], labels
