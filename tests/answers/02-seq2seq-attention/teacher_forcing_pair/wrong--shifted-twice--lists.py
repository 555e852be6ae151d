# Wrong: drops the first word from the labels although BOS has shifted the input already.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    width = targets.shape[1] + 1
    def padded(words):
        return words + [pad_id] * (width - len(words))
    sentences = [row[:n] for row, n in zip(targets.tolist(), lengths.tolist())]
    return (torch.tensor([padded([bos_id] + s) for s in sentences]),
            torch.tensor([padded(s[1:] + [eos_id]) for s in sentences]))
