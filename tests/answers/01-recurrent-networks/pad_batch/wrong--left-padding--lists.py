# Wrong: the list of padding is added on the wrong side.
import torch

def pad_batch(sequences, pad_id=0):
    rows = [s.tolist() for s in sequences]
    width = max(map(len, rows))
    return torch.tensor([[pad_id] * (width - len(r)) + r for r in rows]), torch.tensor([len(r) for r in rows])
