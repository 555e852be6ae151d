# Wrong: sums the real tokens' losses and divides by B·T.
import torch

def sequence_loss(logits, labels, pad_id):
    keep = labels != pad_id
    index = labels.masked_fill(~keep, 0)
    nll = torch.logsumexp(logits, -1) - logits.gather(-1, index.unsqueeze(-1)).squeeze(-1)
    return nll.masked_fill(~keep, 0.0).sum() / labels.numel()
