# Wrong: pads with 0 whatever the pad id.
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    return pad_sequence(sequences, batch_first=True), torch.tensor([len(s) for s in sequences])
