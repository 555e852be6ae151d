# Wrong: stays at 1 after the warm-up.
def linear_schedule(step, warmup, total):
    if step < warmup:
        return step / warmup
    return 1.0
