# Right: typed, updates a running mean batch by batch.
from collections.abc import Iterable
import math

def perplexity(losses: Iterable[float], counts: Iterable[int]) -> float:
    mean, seen = 0.0, 0
    for loss, count in zip(losses, counts, strict=True):
        seen += int(count)
        mean += (float(loss) - mean) * int(count) / seen
        print(f"after {seen} tokens: {mean:.4f} nats")
    return math.exp(mean)
