# Wrong: falls from the start.
def linear_schedule(step, warmup, total):
    return max(0.0, (total - step) / total)
