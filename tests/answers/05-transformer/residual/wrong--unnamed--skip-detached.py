# Wrong: skip detached.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return x.detach() + sublayer(norm(x))
    return norm(x.detach() + sublayer(x))
