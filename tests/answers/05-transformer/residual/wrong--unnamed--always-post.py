# Wrong: always post.
def residual(x, sublayer, norm, pre_norm=False):
    return norm(x + sublayer(x))
