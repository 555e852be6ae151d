# Wrong (same-document): the false b comes from any document, the same one included.
import torch

def next_sentence_pairs(documents, generator):
    filled = [d for d in documents if d]

    def draw(n):
        return int(torch.randint(n, (1,), generator=generator))

    pairs = []
    for document in filled:
        for a, b in zip(document, document[1:]):
            if draw(2):
                pairs.append((a, b, True))
            else:
                other = filled[draw(len(filled))]
                pairs.append((a, other[draw(len(other))], False))
    return pairs
