# Wrong: torch.full with a float value makes float ids.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), float(pad_id))
    labels = torch.full((B, T + 1), float(pad_id))
    decoder_input[:, 0] = bos_id
    for b, n in enumerate(lengths.tolist()):
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n] = targets[b, :n]
        labels[b, n] = eos_id
    return decoder_input, labels
