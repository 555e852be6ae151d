# Wrong: the lengths are a list, a tensor was asked for.
from torch.nn.utils.rnn import pad_sequence

def pad_batch(sequences, pad_id=0):
    return pad_sequence(sequences, batch_first=True, padding_value=pad_id), [len(s) for s in sequences]
