# Right: Python's own random numbers, seeded by a number from the generator, so that all chance comes from it.
import random
import torch

def next_sentence_pairs(documents, generator):
    dice = random.Random(torch.randint(2**62, (1,), generator=generator).item())
    numbers = [n for n, d in enumerate(documents) if d]
    pairs = []
    for n in numbers:
        others = [m for m in numbers if m != n]
        for a, after in zip(documents[n][:-1], documents[n][1:]):
            is_next = dice.random() < 0.5
            pairs.append((a, after if is_next else dice.choice(documents[dice.choice(others)]), is_next))
    return pairs
