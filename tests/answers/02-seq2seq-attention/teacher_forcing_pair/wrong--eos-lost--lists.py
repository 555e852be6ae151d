# Wrong: the lists get padding where EOS should stand.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    width = targets.shape[1] + 1
    sentences = [row[:n] for row, n in zip(targets.tolist(), lengths.tolist())]
    inputs = [([bos_id] + s + [pad_id] * width)[:width] for s in sentences]
    labels = [(s + [pad_id] * width)[:width] for s in sentences]
    return torch.tensor(inputs), torch.tensor(labels)
