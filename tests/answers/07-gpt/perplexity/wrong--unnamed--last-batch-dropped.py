# Wrong: last batch dropped.
import math

def perplexity(losses, counts):
    nats = 0.0
    tokens = 0
    for i in range(max(len(losses) - 1, 1)):
        nats += float(losses[i]) * int(counts[i])
        tokens += int(counts[i])
    return math.exp(nats / tokens)
