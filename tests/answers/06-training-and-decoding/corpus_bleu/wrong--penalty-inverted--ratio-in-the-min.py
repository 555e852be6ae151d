# Wrong: penalty inverted, ratio in the min.
import numpy as np
from collections import Counter

def corpus_bleu(hypotheses, references, max_n=4):
    counts = np.zeros((2, max_n))
    for hyp, ref in zip(hypotheses, references):
        for k in range(max_n):
            in_hyp = Counter(zip(*(hyp[i:] for i in range(k + 1))))
            in_ref = Counter(zip(*(ref[i:] for i in range(k + 1))))
            counts[0, k] += sum(min(v, in_ref[g]) for g, v in in_hyp.items())
            counts[1, k] += sum(in_hyp.values())
    if not counts.all():
        return 0.0
    c, r = sum(len(h) for h in hypotheses), sum(len(x) for x in references)
    bp = np.exp(min(0, 1 - c / r))
    return float(100 * bp * np.exp(np.log(counts[0] / counts[1]).mean()))
