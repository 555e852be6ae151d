# Wrong: two BOS, so the input lags two steps behind the labels.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    bos = torch.full_like(targets[:, :1], bos_id)
    pad = torch.full_like(targets[:, :1], pad_id)
    labels = torch.cat([targets, pad], dim=1).scatter(1, lengths[:, None], eos_id)
    return torch.cat([bos, bos, targets[:, :-1]], dim=1), labels
