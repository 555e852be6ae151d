# Wrong (same-document): the false b comes from the same document.
import torch

def next_sentence_pairs(documents, generator):
    pairs = []
    for document in documents:
        for i in range(len(document) - 1):
            if torch.rand(1, generator=generator).item() < 0.5:
                pairs.append((document[i], document[i + 1], True))
            else:
                j = torch.randint(len(document), (1,), generator=generator).item()
                pairs.append((document[i], document[j], False))
    return pairs
