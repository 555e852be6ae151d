# Wrong: no norm.
def residual(x, sublayer, norm, pre_norm=False):
    return x + sublayer(x)
