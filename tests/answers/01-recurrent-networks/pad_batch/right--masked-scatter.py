# Right: writes all tokens at once where the position is smaller than the length; returns a list of the two.
import torch

def pad_batch(sequences, pad_id=0):
    lengths = torch.tensor([len(s) for s in sequences])
    real = torch.arange(lengths.max())[None, :] < lengths[:, None]
    ids = torch.full(real.shape, pad_id)
    ids[real] = torch.cat(list(sequences))
    return [ids, lengths]
