# Wrong: sum not mean.
import math


def perplexity(losses, counts):
    total = sum(loss * count for loss, count in zip(losses, counts))
    return math.exp(total / len(counts))
