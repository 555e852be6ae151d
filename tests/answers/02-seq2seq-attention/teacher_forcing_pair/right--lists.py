# Right: in Python lists.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    width = targets.shape[1] + 1
    inputs, labels = [], []
    for row, n in zip(targets.tolist(), lengths.tolist()):
        words = row[:n]
        rest = [pad_id] * (width - n - 1)
        inputs.append([bos_id] + words + rest)
        labels.append(words + [eos_id] + rest)
    return torch.tensor(inputs, device=targets.device), torch.tensor(labels, device=targets.device)
