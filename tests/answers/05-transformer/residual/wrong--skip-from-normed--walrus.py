# Wrong (skip-from-normed): walrus.
residual = lambda x, sublayer, norm, pre_norm=False: (n := norm(x)) + sublayer(n) if pre_norm else norm(x + sublayer(x))
