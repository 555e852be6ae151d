# Wrong: views (B, T, V) as (B, V, T), which mixes classes and positions.
import torch.nn.functional as F

def sequence_loss(logits, labels, pad_id):
    B, T, V = logits.shape
    return F.cross_entropy(logits.reshape(B, V, T), labels, ignore_index=pad_id)
