# Wrong (same-document): one pool of all sentences, the own document's included.
import torch

def next_sentence_pairs(documents, generator):
    pool = sum((list(d) for d in documents), [])
    out = []
    for d in documents:
        coins = torch.randint(2, (max(len(d) - 1, 0),), generator=generator).bool().tolist()
        for i, coin in enumerate(coins):
            b = d[i + 1] if coin else pool[torch.randint(len(pool), (), generator=generator).item()]
            out.append((d[i], b, coin))
    return out
