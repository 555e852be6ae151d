# Right: a matrix per sentence that reverses its real positions, multiplied on the way in and out.
import torch
import torch.nn as nn

class BiLSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)
        self.hidden_size = hidden_size

    def forward(self, inputs, lengths):
        B, T, _ = inputs.shape
        i = torch.arange(T)
        P = ((i[:, None] + i[None, :])[None] == (lengths - 1)[:, None, None]).to(inputs.dtype)   # (B, T, T)
        outputs = inputs.new_zeros(B, T, 2 * self.hidden_size)
        outputs[..., : self.hidden_size] = self.forward_lstm(inputs, lengths)[0]
        outputs[..., self.hidden_size:] = P @ self.backward_lstm(P @ inputs, lengths)[0]
        return outputs
