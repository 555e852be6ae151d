# Wrong: BOS replaces the first token instead of standing before it.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    pad = torch.full_like(targets[:, :1], pad_id)
    labels = torch.cat([targets, pad], dim=1)
    decoder_input = labels.clone()
    decoder_input[:, 0] = bos_id
    labels[torch.arange(len(labels)), lengths] = eos_id
    return decoder_input, labels
