# Wrong: a loop over the last window + 1 positions up to i, in the manner of a sliding window of a language model.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        mask[i, max(0, i - window): i + 1] = True
    return mask
