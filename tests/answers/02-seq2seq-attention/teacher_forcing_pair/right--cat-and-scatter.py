# Right: a column of BOS in front; a column of padding behind, into which EOS is scattered at each length.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    bos = torch.full_like(targets[:, :1], bos_id)
    pad = torch.full_like(targets[:, :1], pad_id)
    decoder_input = torch.cat([bos, targets], dim=1)
    labels = torch.cat([targets, pad], dim=1).scatter(1, lengths.unsqueeze(1), eos_id)
    return decoder_input, labels
