# Wrong: no division by vocabulary.
from torch import Tensor


def label_smoothed_loss(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """Cross-entropy against (1 - smoothing) one-hot + smoothing uniform, mean over real tokens."""
    centred = logits - logits.detach().amax(dim=-1, keepdim=True)
    normaliser = centred.exp().sum(dim=-1).log()
    index: Tensor = labels.clamp(min=0, max=logits.shape[-1] - 1)
    chosen: Tensor = centred.gather(2, index[:, :, None])[:, :, 0]
    per_token: Tensor = normaliser - (1.0 - smoothing) * chosen - smoothing * centred.sum(dim=-1)
    weight: Tensor = (labels != pad_id).to(per_token.dtype)
    return (per_token * weight).sum() / weight.sum()
