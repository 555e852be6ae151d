# Wrong: EOS is written over the last token of each sentence.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    bos = torch.full_like(targets[:, :1], bos_id)
    pad = torch.full_like(targets[:, :1], pad_id)
    labels = torch.cat([targets, pad], dim=1).scatter(1, lengths[:, None] - 1, eos_id)
    return torch.cat([bos, targets], dim=1), labels
