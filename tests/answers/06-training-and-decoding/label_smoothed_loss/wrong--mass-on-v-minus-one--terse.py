# Wrong: mass on v minus one, terse.
import torch
def label_smoothed_loss(logits, labels, smoothing, pad_id):
    m = labels != pad_id
    l, y = logits[m].log_softmax(1), labels[m]
    h, e = l.gather(1, y[:, None])[:, 0], smoothing / (l.size(1) - 1)
    return -((1 - smoothing - e) * h + e * l.sum(1)).mean()
