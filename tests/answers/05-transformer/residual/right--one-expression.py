# Right: one expression.
residual = lambda x, sublayer, norm, pre_norm=False: x + sublayer(norm(x)) if pre_norm else norm(x + sublayer(x))
