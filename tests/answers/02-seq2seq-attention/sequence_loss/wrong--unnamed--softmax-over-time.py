# Wrong: softmax along the time axis.
import torch

def sequence_loss(logits, labels, pad_id):
    real = labels != pad_id
    log_p = torch.log_softmax(logits, dim=1)
    return -log_p[real].gather(1, labels[real][:, None]).mean()
