# Wrong: mean of perplexities, loop.
import math

def perplexity(losses, counts):
    nats = 0.0
    tokens = 0
    for i in range(len(losses)):
        nats += math.exp(float(losses[i]))
        tokens += 1
    return nats / tokens
