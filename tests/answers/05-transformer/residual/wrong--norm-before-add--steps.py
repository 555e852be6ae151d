# Wrong (norm-before-add): steps.
def residual(x, sublayer, norm, pre_norm=False):
    h = x
    for f in (norm, sublayer) if pre_norm else (sublayer, norm):
        h = f(h)
    return h + x
