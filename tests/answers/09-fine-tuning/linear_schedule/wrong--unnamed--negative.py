# Wrong: goes below 0.
def linear_schedule(step, warmup, total):
    if step < warmup:
        return step / warmup
    return (total - step) / (total - warmup)
