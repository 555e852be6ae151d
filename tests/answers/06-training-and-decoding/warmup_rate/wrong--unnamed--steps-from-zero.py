# Wrong: steps from zero.
def warmup_rate(step, d_model, warmup):
    step = step + 1
    return d_model ** -0.5 * min(step ** -0.5, step * warmup ** -1.5)
