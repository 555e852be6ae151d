# Wrong: the minus is missing.
import torch

def sequence_loss(logits, labels, pad_id):
    real = labels != pad_id
    return logits[real].log_softmax(-1).gather(1, labels[real][:, None]).mean()
