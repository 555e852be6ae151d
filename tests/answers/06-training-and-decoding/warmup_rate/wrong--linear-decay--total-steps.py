# Wrong: linear decay, total steps.
def warmup_rate(step, d_model, warmup, total=100000):
    peak = d_model ** -0.5 * warmup ** -0.5
    if step < warmup:
        return peak * step / warmup
    return peak * max(0.0, (total - step) / (total - warmup))
