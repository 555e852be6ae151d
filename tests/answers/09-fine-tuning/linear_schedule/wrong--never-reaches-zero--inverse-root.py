# Wrong: falls like unit 06's rate.
def linear_schedule(step, warmup, total):
    if step < warmup:
        return step / warmup
    return (max(warmup, 1) / max(step, 1)) ** 0.5
