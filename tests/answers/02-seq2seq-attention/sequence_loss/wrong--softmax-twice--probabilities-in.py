# Wrong: cross_entropy takes logits and is given probabilities.
import torch
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    probs = torch.softmax(logits, dim=-1)
    return F.cross_entropy(probs.reshape(-1, probs.size(-1)), labels.reshape(-1), ignore_index=pad_id)
