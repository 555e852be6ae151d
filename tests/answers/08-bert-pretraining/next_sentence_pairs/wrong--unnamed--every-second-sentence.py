# Wrong: goes on by two sentences, so that half of the neighbours are left out.
import torch

def next_sentence_pairs(documents, generator):
    pairs = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for i in range(0, len(document) - 1, 2):
            if torch.rand(1, generator=generator).item() < 0.5:
                pairs.append((document[i], document[i + 1], True))
            else:
                pairs.append((document[i], pool[torch.randint(len(pool), (1,), generator=generator).item()], False))
    return pairs
