# Wrong: (T, B), batch_first is missing.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    return pad_sequence(sequences, padding_value=pad_id), torch.tensor([len(s) for s in sequences])
