# Wrong (pre-post-swapped): table.
_FORMULAS = [lambda x, f, n: x + f(n(x)), lambda x, f, n: n(x + f(x))]

def residual(x, sublayer, norm, pre_norm=False):
    return _FORMULAS[int(pre_norm)](x, sublayer, norm)
