# Right: recursion over the documents; the stranger is the first of a random order that is allowed.
import torch

def next_sentence_pairs(documents, generator, number=0):
    if number == len(documents):
        return []
    here = []
    document = documents[number]
    for i in range(1, len(document)):
        toss = torch.bernoulli(torch.tensor(0.5), generator=generator).item()
        if toss == 1.0:
            here.append((document[i - 1], document[i], True))
            continue
        order = torch.randperm(len(documents), generator=generator).tolist()
        other = next(documents[k] for k in order if k != number and len(documents[k]))
        here.append((document[i - 1], other[torch.randperm(len(other), generator=generator)[0]], False))
    return here + next_sentence_pairs(documents, generator, number + 1)
