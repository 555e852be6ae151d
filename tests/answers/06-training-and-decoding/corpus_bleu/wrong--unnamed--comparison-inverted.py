# Wrong: comparison inverted.
from collections import Counter
from statistics import geometric_mean
import math

def corpus_bleu(hypotheses, references, max_n=4):
    def collect(sentences):
        return Counter((n, s, tuple(x[i:i + n])) for s, x in enumerate(sentences)
                       for n in range(1, max_n + 1) for i in range(len(x) - n + 1))
    hyp, ref = collect(hypotheses), collect(references)
    common = hyp & ref
    precisions = []
    for n in range(1, max_n + 1):
        top = sum(v for k, v in common.items() if k[0] == n)
        bottom = sum(v for k, v in hyp.items() if k[0] == n)
        if top == 0:
            return 0.0
        precisions.append(top / bottom)
    c, r = (sum(v for k, v in part.items() if k[0] == 1) for part in (hyp, ref))
    return 100 * geometric_mean(precisions) * (1 if c < r else math.exp(1 - r / c))
