# Wrong: looks at the first sentence only.
def permutation_gap(layer, x, permutation):
    return (layer(x)[0, permutation] - layer(x[:, permutation])[0]).abs().max().item()
