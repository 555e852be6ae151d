# Wrong: y+EOS is moved one more place to the left.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    pad = torch.full_like(targets[:, :1], pad_id)
    decoder_input = torch.cat([torch.full_like(pad, bos_id), targets], dim=1)
    labels = torch.cat([targets, pad], dim=1).scatter(1, lengths[:, None], eos_id)
    labels = torch.cat([labels[:, 1:], pad], dim=1)
    return decoder_input, labels
