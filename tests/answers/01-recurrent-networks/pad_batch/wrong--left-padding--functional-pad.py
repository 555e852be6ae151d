# Wrong: F.pad's first number is the left side.
import torch
import torch.nn.functional as F

def pad_batch(sequences, pad_id=0):
    longest = max(len(s) for s in sequences)
    ids = torch.stack([F.pad(s, (longest - len(s), 0), value=pad_id) for s in sequences])
    return ids, torch.tensor([len(s) for s in sequences])
