# Wrong: y+EOS serves as input and as labels.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    labels = torch.cat([targets, torch.full_like(targets[:, :1], pad_id)], dim=1)
    labels[torch.arange(len(labels)), lengths] = eos_id
    return labels.clone(), labels
