# Wrong (label-flipped): the third entry says whether b was drawn.
import torch

def next_sentence_pairs(documents, generator):
    result = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for i in range(len(document) - 1):
            is_random = bool(torch.randint(2, (1,), generator=generator).item())
            b = pool[torch.randint(len(pool), (1,), generator=generator).item()] if is_random else document[i + 1]
            result.append((document[i], b, is_random))
    return result
