# Wrong (pre-post-swapped): two returns.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return norm(x + sublayer(x))
    return x + sublayer(norm(x))
