# Wrong: no exponential.
import math


def perplexity(losses, counts):
    total = sum(loss * count for loss, count in zip(losses, counts))
    return total / sum(counts)
