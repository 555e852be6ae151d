# Wrong: the results are right, but the caller's targets are shifted in place.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    pad = torch.full_like(targets[:, :1], pad_id)
    labels = torch.cat([targets, pad], dim=1).scatter(1, lengths[:, None], eos_id)
    last = targets[:, -1:].clone()
    targets[:, 1:] = targets[:, :-1].clone()
    targets[:, 0] = bos_id
    return torch.cat([targets, last], dim=1), labels
