# Wrong: always pre.
def residual(x, sublayer, norm, pre_norm=False):
    return x + sublayer(norm(x))
