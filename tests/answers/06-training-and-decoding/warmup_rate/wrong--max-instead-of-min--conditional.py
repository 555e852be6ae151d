# Wrong: max instead of min, conditional.
def warmup_rate(step, d_model, warmup):
    rise, fall = step / warmup ** 1.5, 1 / step ** 0.5
    scale = 1 / d_model ** 0.5
    return scale * (rise if rise > fall else fall)
