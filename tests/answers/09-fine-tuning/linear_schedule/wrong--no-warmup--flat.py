# Wrong: stays at 1 while it should rise.
def linear_schedule(step, warmup, total):
    if step < warmup:
        return 1.0
    if step >= total:
        return 0.0
    return (total - step) / (total - warmup)
