# Wrong: the example of the text typed in, whatever the length.
import torch

def causal_mask(length):
    return torch.tensor([
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ])
