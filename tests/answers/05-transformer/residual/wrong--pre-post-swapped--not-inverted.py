# Wrong (pre-post-swapped): not inverted.
def residual(x, sublayer, norm, pre_norm=False):
    post_norm = pre_norm
    h = x if post_norm else norm(x)
    y = x + sublayer(h)
    return norm(y) if post_norm else y
