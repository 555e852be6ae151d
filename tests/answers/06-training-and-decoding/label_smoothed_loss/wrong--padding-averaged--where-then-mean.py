# Wrong: padding averaged, where then mean.
from torch import Tensor


def label_smoothed_loss(logits: Tensor, labels: Tensor, smoothing: float, pad_id: int) -> Tensor:
    """Cross-entropy against (1 - smoothing) one-hot + smoothing uniform, mean over real tokens."""
    centred = logits - logits.detach().amax(dim=-1, keepdim=True)
    normaliser = centred.exp().sum(dim=-1).log()
    index: Tensor = labels.clamp(min=0, max=logits.shape[-1] - 1)
    chosen: Tensor = centred.gather(2, index[:, :, None])[:, :, 0]
    per_token: Tensor = normaliser - (1.0 - smoothing) * chosen - smoothing * centred.mean(dim=-1)
    return per_token.masked_fill(labels == pad_id, 0.0).mean()
