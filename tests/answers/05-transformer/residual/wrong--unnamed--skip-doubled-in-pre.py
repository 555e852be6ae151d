# Wrong: skip doubled in pre.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return x + norm(x) + sublayer(norm(x))
    return norm(x + sublayer(x))
