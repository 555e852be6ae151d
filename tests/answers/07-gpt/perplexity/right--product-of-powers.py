# Right: multiplies the batches' perplexities, each to the power of its share.
def perplexity(losses, counts):
    tokens = float(sum(counts))
    e = 2.718281828459045
    result = 1.0
    for loss, count in zip(losses, counts):
        result *= (e ** float(loss)) ** (float(count) / tokens)
    return result
