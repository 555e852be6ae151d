# Wrong: max instead of min, formula.
def warmup_rate(step, d_model, warmup):
    return d_model ** -0.5 * max(step ** -0.5, step * warmup ** -1.5)
