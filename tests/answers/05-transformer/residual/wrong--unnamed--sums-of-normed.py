# Wrong: sums of normed.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return x + sublayer(norm(x))
    return norm(x) + norm(sublayer(x))
