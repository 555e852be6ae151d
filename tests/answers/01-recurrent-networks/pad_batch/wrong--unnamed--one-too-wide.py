# Wrong: one column of padding more than needed.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    ids = torch.full((len(sequences), int(lengths.max()) + 1), pad_id)
    for b, s in enumerate(sequences):
        ids[b, : len(s)] = s
    return ids, lengths
