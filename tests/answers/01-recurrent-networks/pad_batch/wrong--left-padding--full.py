# Wrong: the padding stands in front.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    ids = torch.full((len(sequences), int(lengths.max())), pad_id)
    for row, s in zip(ids, sequences):
        row[len(row) - len(s):] = s
    return ids, lengths
