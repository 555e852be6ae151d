# Wrong (all-positions): the sum is divided by all positions.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum")
    return total / labels.numel()
