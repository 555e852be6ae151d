# Wrong: compares the same positions of both outputs in a loop.
def permutation_gap(layer, x, permutation):
    a, b = layer(x).detach(), layer(x[:, permutation]).detach()
    gap = 0.0
    for t in range(x.shape[1]):
        gap = max(gap, float((a[:, t] - b[:, t]).abs().max()))
    return gap
