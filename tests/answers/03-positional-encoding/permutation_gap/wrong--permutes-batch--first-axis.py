# Wrong: indexes the batch axis.
def permutation_gap(layer, x, permutation):
    return (layer(x)[permutation] - layer(x[permutation])).abs().max().item()
