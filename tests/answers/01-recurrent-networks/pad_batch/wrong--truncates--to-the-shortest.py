# Wrong: cuts all sequences to the length of the shortest.
import torch

def pad_batch(sequences, pad_id=0):
    shortest = min(len(s) for s in sequences)
    ids = torch.stack([s[:shortest] for s in sequences])
    return ids, torch.full((len(sequences),), shortest)
