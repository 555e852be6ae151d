# Right: a loop over the positions that count, logsumexp minus the right logit.
import torch

def masked_lm_loss(logits, labels):
    terms = []
    for row, targets in zip(logits, labels):
        for vector, target in zip(row, targets.tolist()):
            if target != -100:
                terms.append(torch.logsumexp(vector, dim=0) - vector[target])
    if not terms:
        return (logits * 0.0).sum()
    return sum(terms) / len(terms)
