# Wrong: returns a mask instead of lengths.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    ids = pad_sequence(sequences, batch_first=True, padding_value=pad_id)
    return ids, ids != pad_id
