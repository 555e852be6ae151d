# Right: cross_entropy of log-probabilities; log-softmax a second time changes nothing.
import torch
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    log_probs = F.log_softmax(logits, dim=-1)
    return F.cross_entropy(log_probs.flatten(0, 1), labels.flatten(), ignore_index=pad_id)
