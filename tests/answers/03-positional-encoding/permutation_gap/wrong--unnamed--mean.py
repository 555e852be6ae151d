# Wrong: the mean of the differences instead of their maximum.
def permutation_gap(layer, x, permutation):
    return (layer(x)[:, permutation] - layer(x[:, permutation])).abs().mean().item()
