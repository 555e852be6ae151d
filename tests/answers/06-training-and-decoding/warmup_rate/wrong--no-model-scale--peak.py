# Wrong: no model scale, peak.
def warmup_rate(step: int, d_model: int, warmup: int) -> float:
    peak = warmup ** -0.5
    ratio = step / warmup
    return peak * (ratio if ratio < 1 else ratio ** -0.5)
