# Wrong: both norms in post.
def residual(x, sublayer, norm, pre_norm=False):
    y = x + sublayer(norm(x))
    return y if pre_norm else norm(y)
