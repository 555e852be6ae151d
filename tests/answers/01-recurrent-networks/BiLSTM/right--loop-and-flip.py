# Right: flips sentence by sentence, up to its length.
import torch
import torch.nn as nn

def reverse_each(x, lengths):
    rows = []
    for row, n in zip(x, lengths.tolist()):
        rows.append(torch.cat([row[:n].flip(0), row[n:]]))
    return torch.stack(rows)

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    def forward(self, inputs, lengths):
        left_to_right = self.forward_lstm(inputs, lengths)[0]
        right_to_left = self.backward_lstm(reverse_each(inputs, lengths), lengths)[0]
        return torch.cat((left_to_right, reverse_each(right_to_left, lengths)), dim=2)
