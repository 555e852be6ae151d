# Wrong: list of all.
import math


def perplexity(losses, counts):
    return [math.exp(loss) for loss in losses]
