# Right: three cases.
def linear_schedule(step, warmup, total):
    if step < warmup:
        return step / warmup
    if step >= total:
        return 0.0
    return (total - step) / (total - warmup)
