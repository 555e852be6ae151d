# Wrong: EOS in the last column for every sentence, behind the padding of the short ones.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    bos = torch.full_like(targets[:, :1], bos_id)
    eos = torch.full_like(targets[:, :1], eos_id)
    return torch.cat([bos, targets], dim=1), torch.cat([targets, eos], dim=1)
