# Wrong: not clipped, nothing used up.
import math

def corpus_bleu(hypotheses, references, max_n=4):
    c = sum(len(h) for h in hypotheses)
    r = sum(len(ref) for ref in references)
    product = 1.0
    for n in range(1, max_n + 1):
        clipped, total = 0, 0
        for hyp, ref in zip(hypotheses, references):
            available = {}
            for i in range(len(ref) - n + 1):
                gram = tuple(ref[i:i + n])
                available[gram] = available.get(gram, 0) + 1
            for i in range(len(hyp) - n + 1):
                gram = tuple(hyp[i:i + n])
                total += 1
                if available.get(gram, 0) > 0:
                    clipped += 1
        if clipped == 0:
            return 0.0
        product *= clipped / total
    penalty = math.exp(min(0.0, 1 - r / c))
    return 100.0 * penalty * product ** (1 / max_n)
