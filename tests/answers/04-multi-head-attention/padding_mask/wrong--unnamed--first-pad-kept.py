import math

import torch
import torch.nn.functional as F
from torch import nn


def padding_mask(ids, pad_id):
    return ((ids != pad_id).cumprod(1) > 0)[:, None, None, :]
