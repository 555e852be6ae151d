# Wrong: always ten wide.
import torch

def pad_batch(sequences, pad_id=0):
    ids = torch.full((len(sequences), 10), pad_id)
    for b, s in enumerate(sequences):
        ids[b, : len(s)] = s
    return ids, torch.tensor([len(s) for s in sequences])
