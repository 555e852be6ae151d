# Right: generator of steps.
import functools

def residual(x, sublayer, norm, pre_norm=False):
    inside = [norm, sublayer] if pre_norm else [sublayer]
    y = x + functools.reduce(lambda h, f: f(h), inside, x)
    for f in () if pre_norm else (norm,):
        y = f(y)
    return y
