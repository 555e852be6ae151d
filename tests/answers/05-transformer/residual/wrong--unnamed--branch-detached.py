# Wrong: branch detached.
def residual(x, sublayer, norm, pre_norm=False):
    y = sublayer(norm(x) if pre_norm else x).data
    return x + y if pre_norm else norm(x + y)
