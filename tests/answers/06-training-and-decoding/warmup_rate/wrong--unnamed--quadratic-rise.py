# Wrong: quadratic rise.
def warmup_rate(step: int, d_model: int, warmup: int) -> float:
    peak = (d_model * warmup) ** -0.5
    ratio = step / warmup
    return peak * (ratio ** 2 if ratio < 1 else ratio ** -0.5)
