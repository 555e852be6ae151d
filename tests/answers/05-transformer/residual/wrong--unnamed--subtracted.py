# Wrong: subtracted.
def residual(x, sublayer, norm, pre_norm=False):
    return x - sublayer(norm(x)) if pre_norm else norm(x - sublayer(x))
