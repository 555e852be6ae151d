# Right: compares positions with lengths: before it a token, at it EOS, behind it padding.
import torch
import torch.nn.functional as F

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    T = targets.size(1)
    t = torch.arange(T + 1, device=targets.device)
    n = lengths[:, None]
    shifted_right = F.pad(targets, (1, 0), value=bos_id)
    unshifted = F.pad(targets, (0, 1), value=pad_id)
    decoder_input = torch.where(t <= n, shifted_right, pad_id)
    labels = torch.where(t < n, unshifted, torch.where(t == n, eos_id, pad_id))
    return decoder_input, labels
