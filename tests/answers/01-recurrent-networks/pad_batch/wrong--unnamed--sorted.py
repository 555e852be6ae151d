# Wrong: sorts the sequences by length, so rows and sequences no longer belong together.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    ordered = sorted(sequences, key=len, reverse=True)
    return pad_sequence(ordered, batch_first=True, padding_value=pad_id), torch.tensor([len(s) for s in ordered])
