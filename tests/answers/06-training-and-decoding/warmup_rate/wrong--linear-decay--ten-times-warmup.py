# Wrong: linear decay, ten times warmup.
def warmup_rate(step, d_model, warmup):
    peak = (d_model * warmup) ** -0.5
    up = step / warmup
    down = (10 * warmup - step) / (9 * warmup)
    return peak * max(min(up, down), 0)
