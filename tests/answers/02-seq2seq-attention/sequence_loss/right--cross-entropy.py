# Right: PyTorch's cross-entropy over all positions, padding ignored.
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    V = logits.size(-1)
    return F.cross_entropy(logits.reshape(-1, V), labels.reshape(-1), ignore_index=pad_id)
