# Right: picks the real positions and takes minus the log-probability of each label.
import torch

def sequence_loss(logits, labels, pad_id):
    real = labels != pad_id
    log_probs = torch.log_softmax(logits[real], dim=-1)        # (N, V)
    picked = log_probs.gather(1, labels[real].unsqueeze(1))
    return -picked.mean()
