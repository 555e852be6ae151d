# Wrong: rebuilds the batch in another order.
import torch

def permutation_gap(layer, x, permutation):
    order = permutation.tolist()
    left = torch.stack([layer(x)[i] for i in order])
    right = layer(torch.stack([x[i] for i in order]))
    return float((left - right).abs().max())
