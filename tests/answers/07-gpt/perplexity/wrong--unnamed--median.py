# Wrong: median.
import itertools, statistics, math

def perplexity(losses, counts):
    every = list(itertools.chain.from_iterable([float(l)] * int(c) for l, c in zip(losses, counts)))
    return math.exp(statistics.median(every))
