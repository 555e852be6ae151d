# Right: torch's pad_sequence, three times.
import torch
from torch.nn.utils.rnn import pad_sequence

def collate(batch, pad_id):
    def pad(key, value):
        return pad_sequence([torch.as_tensor(x[key]) for x in batch], batch_first=True, padding_value=value)
    mask = pad_sequence([torch.ones(len(x["ids"]), dtype=torch.bool) for x in batch], batch_first=True)
    return dict(ids=pad("ids", pad_id), mask=mask, labels=pad("labels", -100))
