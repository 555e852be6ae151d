# Wrong: the slice ends one too early.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    ids = torch.full((len(sequences), int(lengths.max())), pad_id)
    for b, s in enumerate(sequences):
        ids[b, : len(s) - 1] = s[:-1]
    return ids, lengths
