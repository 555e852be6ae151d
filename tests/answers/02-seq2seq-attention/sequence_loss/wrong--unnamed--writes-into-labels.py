# Wrong: replaces the caller's padding by -100 in place.
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    labels[labels == pad_id] = -100
    return F.cross_entropy(logits.transpose(1, 2), labels)
