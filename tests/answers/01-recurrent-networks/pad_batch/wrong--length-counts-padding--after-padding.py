# Wrong: measures the rows after padding.
import torch

def pad_batch(sequences, pad_id=0):
    longest = max(len(s) for s in sequences)
    ids = torch.full((len(sequences), longest), pad_id)
    for b, s in enumerate(sequences):
        ids[b, : len(s)] = s
    return ids, torch.tensor([len(row) for row in ids])
