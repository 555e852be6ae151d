# Wrong: every length is the width of the batch.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    ids = pad_sequence(sequences, batch_first=True, padding_value=pad_id)
    return ids, torch.full((ids.shape[0],), ids.shape[1])
