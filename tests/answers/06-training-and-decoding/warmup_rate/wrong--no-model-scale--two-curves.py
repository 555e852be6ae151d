# Wrong: no model scale, two curves.
def warmup_rate(step, d_model, warmup):
    rise, fall = step / warmup ** 1.5, 1 / step ** 0.5
    return rise if rise < fall else fall
