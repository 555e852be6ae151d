# Right: everything flattened to tokens first, the real ones chosen by their index.
import torch
import torch.nn.functional as F

def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    rows = mask.flatten().nonzero().squeeze(1)

    def real(outputs, key):
        return outputs[key].reshape(-1, outputs[key].size(-1)).index_select(0, rows)

    theirs = {key: real(teacher, key).detach() for key in ("logits", "hidden")}
    ours = {key: real(student, key) for key in ("logits", "hidden")}
    soft = temperature**2 * F.kl_div(
        F.log_softmax(ours["logits"] / temperature, 1), F.softmax(theirs["logits"] / temperature, 1), reduction="batchmean"
    )
    unit_vectors = F.normalize(ours["hidden"], dim=1) * F.normalize(theirs["hidden"], dim=1)
    angle = 1 - unit_vectors.sum(1).mean()
    targets = labels.flatten()
    if (targets != -100).any():
        hard = F.cross_entropy(student["logits"].flatten(0, 1), targets)
    else:
        hard = 0 * student["logits"].sum()
    return sum(weight * part for weight, part in zip((alpha, beta, gamma), (soft, hard, angle)))
