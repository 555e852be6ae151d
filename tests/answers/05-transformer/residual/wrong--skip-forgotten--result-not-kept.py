# Wrong (skip-forgotten): result not kept.
def residual(x, sublayer, norm, pre_norm=False):
    y = sublayer(norm(x) if pre_norm else x)
    y.add(x)
    return y if pre_norm else norm(y)
