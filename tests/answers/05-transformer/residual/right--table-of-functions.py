# Right: table of functions.
def _post(x, f, n):
    return n(f(x) + x)

def _pre(x, f, n):
    return f(n(x)) + x

def residual(x, sublayer, norm, pre_norm=False):
    return {False: _post, True: _pre}[bool(pre_norm)](x, sublayer, norm)
