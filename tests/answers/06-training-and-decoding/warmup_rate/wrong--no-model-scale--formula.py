# Wrong: no model scale, formula.
def warmup_rate(step, d_model, warmup):
    return min(step ** -0.5, step * warmup ** -1.5)
