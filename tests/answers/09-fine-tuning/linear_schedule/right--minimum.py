# Right: the smaller of two lines.
def linear_schedule(step, warmup, total):
    up = step / max(warmup, 1) if warmup else 1.0
    down = (total - step) / max(total - warmup, 1)
    return max(0.0, min(up, down, 1.0))
