# Wrong: always the first sentence of the next document.
import torch

def next_sentence_pairs(documents, generator):
    filled = [d for d in documents if d]
    pairs = []
    for n, document in enumerate(filled):
        for a, b in zip(document, document[1:]):
            follows = torch.rand(1, generator=generator).item() < 0.5
            pairs.append((a, b if follows else filled[(n + 1) % len(filled)][0], follows))
    return pairs
