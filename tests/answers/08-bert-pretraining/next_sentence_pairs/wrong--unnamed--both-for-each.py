# Wrong: two pairs for each two neighbours, a true one and a false one.
import torch

def next_sentence_pairs(documents, generator):
    pairs = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for a, b in zip(document, document[1:]):
            pairs.append((a, b, True))
            pairs.append((a, pool[torch.randint(len(pool), (1,), generator=generator).item()], False))
    return pairs
