# Wrong: the loop writes EOS at the end of the row instead of the end of the sentence.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), pad_id)
    labels = torch.full((B, T + 1), pad_id)
    for b in range(B):
        n = int(lengths[b])
        decoder_input[b, 0] = bos_id
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n] = targets[b, :n]
        labels[b, -1] = eos_id
    return decoder_input, labels
