# Wrong: torch's log-softmax is forbidden as well.
import torch.nn.functional as F

def softmax(x, dim=-1):
    return F.log_softmax(x, dim=dim).exp()
