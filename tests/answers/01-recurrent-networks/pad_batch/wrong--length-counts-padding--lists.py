# Wrong: pads the lists in place before their lengths are taken.
import torch

def pad_batch(sequences, pad_id=0):
    rows = [s.tolist() for s in sequences]
    width = max(len(r) for r in rows)
    for r in rows:
        while len(r) < width:
            r.append(pad_id)
    return torch.tensor(rows), torch.tensor([len(r) for r in rows])
