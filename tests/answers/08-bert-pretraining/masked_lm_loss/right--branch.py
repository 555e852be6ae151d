# Right: a branch for the empty case, whose zero comes from the logits.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    if (labels == -100).all():
        return logits.sum() * 0
    return F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100)
