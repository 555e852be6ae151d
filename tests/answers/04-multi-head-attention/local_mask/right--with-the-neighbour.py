# Right: two causal masks of the unit, shifted: neither more than window behind nor more than window ahead.
import torch

def local_mask(length, window):
    big = causal_mask(length + window)
    not_too_far_ahead = big[window:, :length]                 # j <= i + window
    return not_too_far_ahead & not_too_far_ahead.T
