# Wrong: without the absolute value large negative differences do not count.
def permutation_gap(layer, x, permutation):
    return (layer(x[:, permutation]) - layer(x)[:, permutation]).max().item()
