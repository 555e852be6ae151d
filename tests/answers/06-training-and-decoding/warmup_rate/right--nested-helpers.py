# Right: two curves as helpers, the lower one counts.
def warmup_rate(step, d_model, warmup):
    """The rate of one step; steps count from one."""
    assert step >= 1

    def rise(n):
        return n / warmup ** 1.5

    def fall(n):
        return n ** -0.5

    lowest = None
    for curve in (rise, fall):
        value = curve(step)
        if lowest is None or value < lowest:
            lowest = value
    return lowest * d_model ** -0.5
