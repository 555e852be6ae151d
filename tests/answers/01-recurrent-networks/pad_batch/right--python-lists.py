# Right: in Python lists; prints the lengths.
import torch

def pad_batch(sequences, pad_id=0):
    as_lists = [s.tolist() for s in sequences]
    sizes = list(map(len, as_lists))
    print("lengths", sizes)
    width = max(sizes)
    padded = [row + [pad_id] * (width - n) for row, n in zip(as_lists, sizes)]
    return torch.tensor(padded), torch.tensor(sizes)
