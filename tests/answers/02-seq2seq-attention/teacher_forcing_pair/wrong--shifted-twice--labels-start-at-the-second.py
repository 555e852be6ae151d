# Wrong: the labels lack the first token: each input is paired with the token after the next.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), pad_id)
    labels = torch.full((B, T + 1), pad_id)
    for b, n in enumerate(lengths.tolist()):
        decoder_input[b, 0] = bos_id
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n - 1] = targets[b, 1:n]
        labels[b, n - 1] = eos_id
    return decoder_input, labels
