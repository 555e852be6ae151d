# Wrong: Python's global random numbers instead of the generator.
import random

def next_sentence_pairs(documents, generator):
    pairs = []
    for n, document in enumerate(documents):
        pool = [s for m, other in enumerate(documents) if m != n for s in other]
        for a, b in zip(document, document[1:]):
            follows = random.random() < 0.5
            pairs.append((a, b if follows else random.choice(pool), follows))
    return pairs
