# Wrong: negative.
import math


def perplexity(losses, counts):
    total = sum(loss * count for loss, count in zip(losses, counts))
    return math.exp(-total / sum(counts))
