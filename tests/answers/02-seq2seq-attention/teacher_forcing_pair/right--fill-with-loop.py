# Right: two tensors full of padding, written sentence by sentence.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.full((B, T + 1), pad_id, dtype=targets.dtype, device=targets.device)
    labels = decoder_input.clone()
    for b in range(B):
        n = lengths[b].item()
        decoder_input[b, 0] = bos_id
        decoder_input[b, 1:n + 1] = targets[b, :n]
        labels[b, :n] = targets[b, :n]
        labels[b, n] = eos_id
    return decoder_input, labels
