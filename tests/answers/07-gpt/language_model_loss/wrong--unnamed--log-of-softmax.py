# Wrong: log of softmax.
import torch

def language_model_loss(logits, ids):
    log_p = torch.softmax(logits, dim=-1).log()[:, :-1]
    picked = torch.gather(log_p, 2, ids[:, 1:].unsqueeze(2))
    return -picked.mean()
