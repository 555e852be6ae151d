# Right: moves the classes to the axis where torch wants them.
import torch

def language_model_loss(logits, ids):
    return torch.nn.CrossEntropyLoss()(logits[:, :-1, :].transpose(1, 2), ids[:, 1:])
