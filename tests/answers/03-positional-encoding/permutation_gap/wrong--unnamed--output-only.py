# Wrong: permutes the output but feeds the same input twice.
def permutation_gap(layer, x, permutation):
    return (layer(x)[:, permutation] - layer(x)).abs().max().item()
