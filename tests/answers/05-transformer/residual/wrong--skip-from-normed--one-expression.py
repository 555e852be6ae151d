# Wrong (skip-from-normed): one expression.
def residual(x, sublayer, norm, pre_norm=False):
    before, after = (norm, lambda h: h) if pre_norm else (lambda h: h, norm)
    return after(before(x) + sublayer(before(x)))
