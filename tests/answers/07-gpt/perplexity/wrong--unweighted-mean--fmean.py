# Wrong: unweighted mean, fmean.
import itertools, statistics, math

def perplexity(losses, counts):
    every = list(itertools.chain.from_iterable([float(l)] for l, c in zip(losses, counts)))
    return math.exp(statistics.fmean(every))
