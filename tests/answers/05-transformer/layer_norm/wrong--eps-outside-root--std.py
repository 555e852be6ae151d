# Wrong (eps-outside-root): std.
def layer_norm(x, gamma, beta, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (x.std(-1, unbiased=False, keepdim=True) + eps) * gamma + beta
