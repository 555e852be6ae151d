# Wrong: shifted by one, as a language model's loss is.
import torch.nn.functional as F

def masked_lm_loss(logits, labels):
    logits, labels = logits[:, :-1], labels[:, 1:]
    total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
    return total / (labels != -100).sum().clamp(min=1)
