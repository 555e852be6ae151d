# Wrong: EOS is written first and then overwritten with padding.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), pad_id)
    labels = torch.full((B, T + 1), pad_id)
    decoder_input[:, 0] = bos_id
    for b, n in enumerate(lengths.tolist()):
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n] = targets[b, :n]
        labels[b, n] = eos_id
        labels[b, n:] = pad_id
    return decoder_input, labels
