# Wrong: every token weighs one over its sentence's length.
import torch

def sequence_loss(logits, labels, pad_id):
    keep = labels != pad_id
    weight = keep.to(logits.dtype) / keep.sum(1, keepdim=True) / len(labels)
    index = labels.masked_fill(~keep, 0).unsqueeze(-1)
    nll = -logits.log_softmax(-1).gather(-1, index).squeeze(-1)
    return (nll * weight).sum()
