# Wrong: constant after warmup.
def warmup_rate(step: int, d_model: int, warmup: int) -> float:
    peak = (d_model * warmup) ** -0.5
    ratio = step / warmup
    return peak * (ratio if ratio < 1 else 1.0)
