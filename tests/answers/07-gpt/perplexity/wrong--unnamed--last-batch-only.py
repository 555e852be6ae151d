# Wrong: last batch only.
import math

def perplexity(losses, counts):
    nats = 0.0
    tokens = 0
    for i in range(len(losses) - 1, len(losses)):
        nats += float(losses[i]) * int(counts[i])
        tokens += int(counts[i])
    return math.exp(nats / tokens)
