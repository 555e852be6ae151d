# Wrong: float32.
def residual(x, sublayer, norm, pre_norm=False):
    if pre_norm:
        return (x + sublayer(norm(x))).float()
    return norm(x + sublayer(x)).float()
