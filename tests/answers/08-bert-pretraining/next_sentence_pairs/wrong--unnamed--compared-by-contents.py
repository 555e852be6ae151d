# Wrong: documents are compared by their contents, so of two equal ones neither may serve the other, and an empty one may be drawn.
import torch

def next_sentence_pairs(documents, generator):
    pairs = []
    for document in documents:
        others = [d for d in documents if d != document]
        for a, b in zip(document, document[1:]):
            if torch.rand(1, generator=generator).item() < 0.5:
                pairs.append((a, b, True))
            else:
                other = others[torch.randint(len(others), (1,), generator=generator).item()]
                pairs.append((a, other[torch.randint(len(other), (1,), generator=generator).item()], False))
    return pairs
