# Wrong (skip-forgotten): composition.
import functools

def residual(x, sublayer, norm, pre_norm=False):
    order = [norm, sublayer] if pre_norm else [sublayer, norm]
    return functools.reduce(lambda h, f: f(h), order, x)
