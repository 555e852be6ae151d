# Wrong: the width is the smallest length; the lengths returned are the true ones.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    width = int(lengths.min())
    ids = torch.full((len(sequences), width), pad_id)
    for b, s in enumerate(sequences):
        ids[b] = s[:width]
    return ids, lengths
