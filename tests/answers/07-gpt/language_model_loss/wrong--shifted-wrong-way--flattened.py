# Wrong: shifted wrong way, flattened.
import torch.nn.functional as F


def language_model_loss(logits, ids):
    V = logits.size(-1)
    return F.cross_entropy(logits[:, 1:].reshape(-1, V), ids[:, :-1].reshape(-1))
