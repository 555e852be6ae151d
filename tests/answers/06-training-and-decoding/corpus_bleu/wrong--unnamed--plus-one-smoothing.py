# Wrong: plus one smoothing.
import math
from collections import Counter


def ngrams(tokens, n):
    return Counter(tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1))


def corpus_bleu(hypotheses, references, max_n=4):
    matches, totals = [0] * max_n, [0] * max_n
    hyp_length = ref_length = 0
    for hypothesis, reference in zip(hypotheses, references):
        hyp_length += len(hypothesis)
        ref_length += len(reference)
        for n in range(1, max_n + 1):
            h, r = ngrams(hypothesis, n), ngrams(reference, n)
            matches[n - 1] += sum((h & r).values())
            totals[n - 1] += sum(h.values())
    if min(matches) == 0:
        return 0.0
    log_precision = sum(math.log((m + 1) / (t + 1)) for m, t in zip(matches, totals)) / max_n
    brevity = 1.0 if hyp_length > ref_length else math.exp(1 - ref_length / hyp_length)
    return 100 * brevity * math.exp(log_precision)
