# Right: 2 to the power of x/ln 2, typed; prints the sums.
import math
import torch
from torch import Tensor

def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Stable: the largest exponent is 0."""
    top = torch.amax(x, dim=dim, keepdim=True)
    powers = torch.exp2((x - top) / math.log(2))
    result = torch.div(powers, torch.sum(powers, dim, keepdim=True))
    print("sums", result.sum(dim).flatten().tolist())
    return result
