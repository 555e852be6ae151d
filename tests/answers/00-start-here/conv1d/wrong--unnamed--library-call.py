# Wrong: torch's own convolution does the work, which is forbidden here.
import torch.nn.functional as F

def conv1d(x, kernel):
    return F.conv1d(x[None, None], kernel[None, None])[0, 0]
