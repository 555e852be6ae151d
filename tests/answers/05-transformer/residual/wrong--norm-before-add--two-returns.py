# Wrong (norm-before-add): two returns.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return x + sublayer(norm(x))
    return x + norm(sublayer(x))
