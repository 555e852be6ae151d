# Wrong: the decoder reads the very token it has to predict: BOS is missing, the input starts with y.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    pad = torch.full_like(targets[:, :1], pad_id)
    decoder_input = torch.cat([targets, pad], dim=1)
    labels = decoder_input.scatter(1, lengths[:, None], eos_id)
    return decoder_input, labels
