# Right: F.pad on the right of each, then a stack.
import torch
import torch.nn.functional as F

def pad_batch(sequences, pad_id=0):
    longest = max(s.shape[0] for s in sequences)
    rows = [F.pad(s, (0, longest - s.shape[0]), value=pad_id) for s in sequences]
    lengths = torch.as_tensor([s.shape[0] for s in sequences], dtype=torch.int64)
    return torch.stack(rows), lengths
