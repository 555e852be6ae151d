# Wrong: the 2-norm of the difference.
def permutation_gap(layer, x, permutation):
    return (layer(x)[:, permutation] - layer(x[:, permutation])).norm().item()
