# Wrong: pads with 0 whatever the pad id.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    B, T = targets.shape
    decoder_input = torch.zeros(B, T + 1, dtype=torch.long)
    labels = torch.zeros(B, T + 1, dtype=torch.long)
    for b, n in enumerate(lengths.tolist()):
        decoder_input[b, :n + 1] = torch.cat([torch.tensor([bos_id]), targets[b, :n]])
        labels[b, :n + 1] = torch.cat([targets[b, :n], torch.tensor([eos_id])])
    return decoder_input, labels
