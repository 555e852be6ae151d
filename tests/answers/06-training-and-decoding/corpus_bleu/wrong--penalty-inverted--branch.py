# Wrong: penalty inverted, branch.
from math import exp

def corpus_bleu(hypotheses, references, max_n=4):
    def grams(s, n):
        return [list(s[i:i + n]) for i in range(len(s) - n + 1)]

    score = 100.0
    for n in range(1, max_n + 1):
        hits = count = 0
        for h, r in zip(hypotheses, references):
            left = grams(r, n)
            for g in grams(h, n):
                count += 1
                if g in left:
                    left.remove(g)
                    hits += 1
        score *= (hits / count) ** (1 / max_n) if count else 0.0
    c, r = sum(map(len, hypotheses)), sum(map(len, references))
    if c == 0:
        return 0.0
    return score if c <= r else score * exp(1 - c / r)
