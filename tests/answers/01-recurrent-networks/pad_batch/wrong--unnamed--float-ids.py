# Wrong: torch.zeros makes floats.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    ids = torch.zeros(len(sequences), int(lengths.max())) + pad_id
    for b, s in enumerate(sequences):
        ids[b, : len(s)] = s
    return ids, lengths
