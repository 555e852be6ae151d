# Right: permute the output, permute the input, take the largest difference.
def permutation_gap(layer, x, permutation):
    return (layer(x)[:, permutation] - layer(x[:, permutation])).abs().max()
