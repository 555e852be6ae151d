# Wrong: still to do.
def residual(x, sublayer, norm, pre_norm=False):
    if not pre_norm:
        return norm(x + sublayer(x))
