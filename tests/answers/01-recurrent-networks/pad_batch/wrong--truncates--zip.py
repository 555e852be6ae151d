# Wrong: zip stops at the shortest sequence, so there is nothing left to pad.
import torch

def pad_batch(sequences, pad_id=0):
    columns = list(zip(*[s.tolist() for s in sequences]))
    ids = torch.tensor(columns).T.contiguous()
    return ids, torch.tensor([ids.shape[1]] * len(sequences))
