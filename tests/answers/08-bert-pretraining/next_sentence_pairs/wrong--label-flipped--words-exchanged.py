# Wrong (label-flipped): True for strangers, False for followers.
import torch

def next_sentence_pairs(documents, generator):
    documents = [d for d in documents if d]
    pairs = []
    for n, document in enumerate(documents):
        others = documents[:n] + documents[n + 1 :]
        for a, b in zip(document, document[1:]):
            if torch.rand(1, generator=generator) < 0.5:
                pairs.append((a, b, False))
            else:
                other = others[torch.randint(len(others), (1,), generator=generator).item()]
                pairs.append((a, other[torch.randint(len(other), (1,), generator=generator).item()], True))
    return pairs
