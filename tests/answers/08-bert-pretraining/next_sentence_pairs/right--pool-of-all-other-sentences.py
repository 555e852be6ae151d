# Right: any sentence of all other documents, each as likely as the other.
import itertools
import torch

def next_sentence_pairs(documents, generator):
    result = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for a, b in itertools.pairwise(document):
            follows = bool(torch.randint(0, 2, (), generator=generator))
            if not follows:
                b = pool[int(torch.randint(len(pool), (), generator=generator))]
            result.append((a, b, follows))
    return result
