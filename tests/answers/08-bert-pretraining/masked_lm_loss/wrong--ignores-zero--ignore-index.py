# Wrong (ignores-zero): -100 is turned into 0 and 0 is ignored.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    targets = labels.masked_fill(labels == -100, 0)
    total = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=0, reduction="sum")
    return total / max(1, int((targets != 0).sum()))
