# Wrong: one number per sentence instead of one in all.
def permutation_gap(layer, x, permutation):
    return (layer(x)[:, permutation] - layer(x[:, permutation])).abs().amax(dim=(1, 2))
