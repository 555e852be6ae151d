# Right: log-softmax and gather, weights 0 and 1.
import torch

def masked_lm_loss(logits, labels):
    scored = labels.ne(-100)
    target = torch.where(scored, labels, torch.zeros_like(labels))
    log_p = logits.log_softmax(dim=-1).gather(-1, target.unsqueeze(-1)).squeeze(-1)
    return -(log_p * scored.to(logits.dtype)).sum() / scored.sum().clamp(min=1)
