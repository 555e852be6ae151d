import math

import torch
import torch.nn.functional as F
from torch import nn


def padding_mask(ids, pad_id):
    lengths = (ids != pad_id).sum(1)
    return (torch.arange(ids.size(1)) < lengths[:, None])[:, None, None, :]
