# Wrong: norm twice in pre.
def residual(x, sublayer, norm, pre_norm=False):
    y = x + sublayer(norm(x) if pre_norm else x)
    return norm(y)
