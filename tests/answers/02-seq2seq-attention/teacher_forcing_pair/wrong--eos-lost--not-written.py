# Wrong: the labels are y and padding, the model never learns to stop.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    bos = torch.full_like(targets[:, :1], bos_id)
    pad = torch.full_like(targets[:, :1], pad_id)
    return torch.cat([bos, targets], dim=1), torch.cat([targets, pad], dim=1)
