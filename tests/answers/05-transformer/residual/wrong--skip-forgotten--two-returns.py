# Wrong (skip-forgotten): two returns.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return sublayer(norm(x))
    return norm(sublayer(x))
