# Wrong: mean of perplexities, weighted.
import math


def perplexity(losses, counts):
    total = sum(math.exp(loss) * count for loss, count in zip(losses, counts))
    return total / sum(counts)
