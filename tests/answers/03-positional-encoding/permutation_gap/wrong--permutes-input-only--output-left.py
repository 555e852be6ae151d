# Wrong: the output of the unpermuted input is not permuted, so even attention shows a gap.
def permutation_gap(layer, x, permutation):
    return (layer(x) - layer(x[:, permutation])).abs().max().item()
