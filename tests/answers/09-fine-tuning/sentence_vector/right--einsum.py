# Right: weights that sum to 1, and an einsum.
import torch

def sentence_vector(hidden_states, mask, how):
    weights = mask.to(hidden_states[-1].dtype)
    weights = weights / weights.sum(dim=1, keepdim=True)
    def mean(x):
        return torch.einsum("bt,btd->bd", weights, x)
    if how == "cls":
        return hidden_states[-1][:, 0, :]
    if how == "mean":
        return mean(hidden_states[-1])
    four = list(hidden_states)[-4:]
    if how == "last4_sum":
        return mean(four[0] + four[1] + four[2] + four[3])
    if how == "last4_concat":
        return torch.cat([mean(x) for x in four], dim=1)
    raise ValueError(how)
