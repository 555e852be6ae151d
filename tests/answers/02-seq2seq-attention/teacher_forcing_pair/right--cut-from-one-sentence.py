# Right: BOS y EOS in one tensor; labels are it without the first, the input without the last column and without EOS.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    full = torch.full((B, T + 2), pad_id, dtype=torch.int64, device=targets.device)
    rows = torch.arange(B, device=targets.device)
    full[:, 0] = bos_id
    full[:, 1:T + 1] = targets
    decoder_input = full[:, :-1].clone()
    full[rows, lengths + 1] = eos_id
    return decoder_input, full[:, 1:]
