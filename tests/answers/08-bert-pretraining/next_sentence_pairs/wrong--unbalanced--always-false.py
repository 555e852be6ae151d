# Wrong (unbalanced): every b comes from another document.
import torch

def next_sentence_pairs(documents, generator):
    filled = [d for d in documents if d]
    pairs = []
    for n, document in enumerate(filled):
        for a in document[:-1]:
            k = torch.randint(len(filled) - 1, (1,), generator=generator).item()
            other = filled[k + (k >= n)]
            pairs.append((a, other[torch.randint(len(other), (1,), generator=generator).item()], False))
    return pairs
