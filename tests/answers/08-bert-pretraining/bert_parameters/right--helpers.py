# Right: helpers for a linear map and a norm, a dictionary of the parts.
def linear(n, m):
    return n * m + m

def norm(n):
    return n << 1

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    parts = {
        "embeddings": hidden * sum((vocab_size, max_length, segments)) + norm(hidden),
        "attention": layers * 4 * linear(hidden, hidden),
        "feed forward": layers * (linear(hidden, intermediate) + linear(intermediate, hidden)),
        "norms": layers * 2 * norm(hidden),
        "pooler": linear(hidden, hidden),
    }
    for name, count in parts.items():
        print(f"{name:14} {count:,}")
    return sum(parts.values())
