# Wrong (ignores-zero): counts labels greater than 0 only, so token 0 is never scored.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    keep = labels > 0
    total = F.cross_entropy(logits[keep], labels[keep], reduction="sum")
    return total / keep.sum().clamp(min=1)
