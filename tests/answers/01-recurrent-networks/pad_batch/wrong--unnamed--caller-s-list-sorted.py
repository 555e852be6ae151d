# Wrong: sorts the caller's list in place.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    sequences.sort(key=len)
    return pad_sequence(sequences, batch_first=True, padding_value=pad_id), torch.tensor([len(s) for s in sequences])
