# Wrong: labels are padded with -100 instead of pad_id.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), pad_id)
    labels = torch.full((B, T + 1), -100)
    decoder_input[:, 0] = bos_id
    for b, n in enumerate(lengths.tolist()):
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n] = targets[b, :n]
        labels[b, n] = eos_id
    return decoder_input, labels
