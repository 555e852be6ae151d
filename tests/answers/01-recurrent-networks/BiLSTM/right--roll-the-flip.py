# Right: flips everything and rolls each row so that the padding goes back to the end, typed.
import torch
from torch import Tensor, nn


class BiLSTM(nn.Module):
    """Forward half first, then the backward half, each (B, T, H)."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)

    @staticmethod
    def backwards(x: Tensor, lengths: Tensor) -> Tensor:
        T = x.shape[1]
        flipped = x.flip(1)                                       # padding now in front
        return torch.stack([torch.roll(row, int(n) - T, dims=0) for row, n in zip(flipped, lengths)])

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        outputs_f, _ = self.forward_lstm(inputs, lengths)
        outputs_b, _ = self.backward_lstm(self.backwards(inputs, lengths), lengths)
        # behind the end the outputs are zero, so it does not matter where they are rolled to
        return torch.concat([outputs_f, self.backwards(outputs_b, lengths)], -1)
