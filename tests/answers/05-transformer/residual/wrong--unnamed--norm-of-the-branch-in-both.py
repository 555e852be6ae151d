# Wrong: norm of the branch in both.
def residual(x, sublayer, norm, pre_norm=False):
    return x + norm(sublayer(x))
