import math

import torch
import torch.nn.functional as F
from torch import nn


def combine_masks(*masks):
    kept = [m for m in masks if m is not None]
    out = kept[0]
    for m in kept[1:]:
        out = out & m
    return out
