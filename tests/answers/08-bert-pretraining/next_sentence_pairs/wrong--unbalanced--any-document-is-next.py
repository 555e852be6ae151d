# Wrong (unbalanced): draws one of all documents, and the own one means the next sentence.
import torch

def next_sentence_pairs(documents, generator):
    filled = [d for d in documents if d]
    pairs = []
    for n, document in enumerate(filled):
        for i in range(len(document) - 1):
            k = torch.randint(len(filled), (1,), generator=generator).item()
            if k == n:
                pairs.append((document[i], document[i + 1], True))
            else:
                other = filled[k]
                pairs.append((document[i], other[torch.randint(len(other), (1,), generator=generator).item()], False))
    return pairs
