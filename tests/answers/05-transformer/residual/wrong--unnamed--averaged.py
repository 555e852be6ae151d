# Wrong: averaged.
def residual(x, sublayer, norm, pre_norm=False):
    return (x + sublayer(norm(x))) / 2 if pre_norm else norm((x + sublayer(x)) / 2)
