# Right: each batch's share of the tokens first, exact sums.
from math import exp, fsum

def perplexity(losses, counts):
    n = fsum(map(float, counts))
    return exp(fsum(float(loss) * (float(count) / n) for loss, count in zip(losses, counts)))
