# Right: torch's own pad_sequence.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([s.numel() for s in sequences], device=sequences[0].device)
    return pad_sequence(sequences, batch_first=True, padding_value=pad_id), lengths
