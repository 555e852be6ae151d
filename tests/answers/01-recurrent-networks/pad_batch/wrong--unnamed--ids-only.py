# Wrong: the lengths are missing.
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    return pad_sequence(sequences, batch_first=True, padding_value=pad_id)
