# Wrong: arithmetic mean, reduce.
from collections import Counter
from functools import reduce
from math import exp, prod

def statistics_of(pair, max_n):
    hypothesis, reference = map(list, pair)
    result = [len(hypothesis), len(reference)]
    for n in range(max_n):
        h, r = (Counter(tuple(s[i:i + n + 1]) for i in range(len(s) - n)) for s in (hypothesis, reference))
        result += [sum(min(h[g], r[g]) for g in h), max(len(hypothesis) - n, 0)]
    return result

def corpus_bleu(hypotheses, references, max_n=4):
    rows = [statistics_of(pair, max_n) for pair in zip(hypotheses, references)]
    c, r, *counts = reduce(lambda a, b: [x + y for x, y in zip(a, b)], rows)
    hits, totals = counts[0::2], counts[1::2]
    if 0 in hits or 0 in totals:
        return 0.0
    return 100 * exp(min(1 - r / c, 0)) * sum(h / t for h, t in zip(hits, totals)) / max_n
