# Right: logsumexp minus the label's logit, without any softmax.
import torch

def sequence_loss(logits: torch.Tensor, labels: torch.Tensor, pad_id: int) -> torch.Tensor:
    keep = labels.ne(pad_id)
    index = torch.where(keep, labels, torch.zeros_like(labels))
    target_logit = torch.take_along_dim(logits, index[..., None], dim=-1).squeeze(-1)
    nll = torch.logsumexp(logits, dim=-1) - target_logit
    return torch.where(keep, nll, torch.zeros_like(nll)).sum() / keep.sum().to(nll.dtype)
