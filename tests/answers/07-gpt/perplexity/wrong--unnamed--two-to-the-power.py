# Wrong: two to the power.
import math

def perplexity(losses, counts):
    nats = 0.0
    tokens = 0
    for i in range(len(losses)):
        nats += float(losses[i]) * int(counts[i])
        tokens += int(counts[i])
    return 2 ** (nats / tokens)
