# Wrong: the input contains EOS as well.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    full = torch.full((B, T + 2), pad_id)
    full[:, 0] = bos_id
    full[:, 1:-1] = targets
    full[torch.arange(B), lengths + 1] = eos_id
    return full[:, :-1], full[:, 1:]
