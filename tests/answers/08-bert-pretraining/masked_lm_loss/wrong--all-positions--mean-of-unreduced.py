# Wrong (all-positions): the mean of unreduced losses, in which the ignored ones are zeros.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    losses = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    print(losses.shape)
    return losses.mean()
