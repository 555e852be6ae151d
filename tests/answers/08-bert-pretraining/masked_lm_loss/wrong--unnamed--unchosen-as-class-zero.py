# Wrong: positions that were not chosen are scored, as if token 0 were right there.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    return F.cross_entropy(logits.flatten(0, 1), labels.clamp(min=0).flatten())
