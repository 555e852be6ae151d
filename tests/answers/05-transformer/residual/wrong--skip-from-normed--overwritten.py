# Wrong (skip-from-normed): overwritten.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        x = norm(x)
        return x + sublayer(x)
    return norm(x + sublayer(x))
