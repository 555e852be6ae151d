# Right: a matrix of padding, each sequence written into the start of its row.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    ids = torch.full((len(sequences), int(lengths.max())), pad_id, dtype=torch.long)
    for row, s in enumerate(sequences):
        ids[row, : len(s)] = s
    return ids, lengths
