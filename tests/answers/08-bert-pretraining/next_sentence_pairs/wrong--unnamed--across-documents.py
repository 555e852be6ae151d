# Wrong: the first sentence of a document follows the last one of the document before it.
import torch

def next_sentence_pairs(documents, generator):
    line = [(n, s) for n, d in enumerate(documents) for s in d]
    pairs = []
    for (n, a), (_, b) in zip(line, line[1:]):
        if torch.rand(1, generator=generator).item() < 0.5:
            pairs.append((a, b, True))
        else:
            pool = [s for m, s in line if m != n]
            pairs.append((a, pool[torch.randint(len(pool), (1,), generator=generator).item()], False))
    return pairs
