# Wrong (unbalanced): only 15 % of the pairs are false.
import torch

def next_sentence_pairs(documents, generator):
    result = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for i in range(len(document) - 1):
            false = torch.rand((), generator=generator).item() < 0.15
            b = pool[torch.randint(len(pool), (1,), generator=generator).item()] if false else document[i + 1]
            result.append((document[i], b, not false))
    return result
