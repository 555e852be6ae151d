# Right: copy then add in place.
def residual(x, sublayer, norm, pre_norm=False):
    y = x.clone()
    y += sublayer(norm(x)) if pre_norm else sublayer(x)
    return y if pre_norm else norm(y)
