# Wrong: mean of perplexities, generator.
from math import exp, fsum

def perplexity(losses, counts):
    n = fsum(map(float, counts))
    return fsum(exp(float(loss)) for loss in losses) / len(losses)
