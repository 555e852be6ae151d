# Wrong: penalty inverted, lengths swapped.
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from math import exp, log

Tokens = Sequence[Hashable]

def windows(tokens: Tokens, n: int) -> Iterator[tuple[Hashable, ...]]:
    for start in range(0, len(tokens) - n + 1):
        yield tuple(tokens[start:start + n])

def precision(hypotheses: Sequence[Tokens], references: Sequence[Tokens], n: int) -> float:
    matched = possible = 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        seen = Counter(windows(hypothesis, n))
        possible += seen.total()
        matched += (seen & Counter(windows(reference, n))).total()
    return matched / possible if possible else 0.0

def brevity_penalty(candidate: int, reference: int) -> float:
    if candidate == 0:
        return 0.0
    return 1.0 if candidate >= reference else exp(1.0 - reference / candidate)

def corpus_bleu(hypotheses: Sequence[Tokens], references: Sequence[Tokens], max_n: int = 4) -> float:
    """BLEU of a corpus with one reference a sentence, from 0 to 100."""
    precisions = [precision(hypotheses, references, n) for n in range(1, max_n + 1)]
    if any(p == 0 for p in precisions):
        return 0.0
    mean = exp(sum(log(p) for p in precisions) / max_n)
    return 100.0 * mean * brevity_penalty(sum(map(len, references)), sum(map(len, hypotheses)))
