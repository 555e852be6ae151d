# Wrong: the output is permuted by the inverse.
def permutation_gap(layer, x, permutation):
    inverse = permutation.argsort()
    return (layer(x)[:, inverse] - layer(x[:, permutation])).abs().max().item()
