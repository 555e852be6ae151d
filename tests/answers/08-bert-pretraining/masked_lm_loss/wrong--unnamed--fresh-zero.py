# Wrong: the zero of the empty case hangs on no graph.
import torch
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    if not (labels != -100).any():
        return torch.tensor(0.0, dtype=logits.dtype)
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten())
