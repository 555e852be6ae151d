# Wrong: unweighted mean, loop.
import math

def perplexity(losses, counts):
    nats = 0.0
    tokens = 0
    for i in range(len(losses)):
        nats += float(losses[i])
        tokens += 1
    return math.exp(nats / tokens)
