# Right: callable object.
class _Residual:
    def __call__(self, x, sublayer, norm, pre_norm=False):
        print("pre" if pre_norm else "post", tuple(x.shape))
        return getattr(self, "pre" if pre_norm else "post")(x, sublayer, norm)

    def pre(self, x, sublayer, norm):
        return x.add(sublayer(norm(x)))

    def post(self, x, sublayer, norm):
        return norm(x.add(sublayer(x)))


residual = _Residual()
