"""PyTorch's recurrent networks on given weights, and what this unit may not call."""

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FORBIDDEN = (
    "torch.nn.RNN*",
    "torch.nn.LSTM*",
    "torch.rnn_*",
    "torch.quantized_rnn_*",
    "torch.*lstm*",
    "torch.mkldnn_rnn_layer",
    "torch._cudnn_rnn",
    "torch.nn.utils.clip_grad_norm*",
    "torch.nn.utils.clip_grads_with_norm_",
)
PRECISION = "Compute in the dtype of the input: look for .float() and for new tensors."

State = tuple[Tensor, Tensor]
Weights = tuple[Tensor, Tensor, Tensor]


def two_biases(weights: Weights) -> list[Tensor]:
    """The parameters as PyTorch's functions want them, which add two biases: the second one is zero."""
    W_x, W_h, b = weights
    return [W_x, W_h, b, torch.zeros_like(b)]


def rnn(inputs: Tensor, h_0: Tensor, weights: Weights, batch_first: bool = True) -> tuple[Tensor, Tensor]:
    """Return (outputs, h_T) of nn.RNN's function."""
    outputs, h_T = torch.rnn_tanh(inputs, h_0[None], two_biases(weights), True, 1, 0.0, False, False, batch_first)
    return outputs, h_T[0]


def packed_lstm(
    inputs: Tensor, weights: Weights, lengths: Tensor | None = None, state: State | None = None
) -> tuple[Tensor, State]:
    """Return (outputs (B, T, H), (h, c)) of nn.LSTM's function on a packed batch; weights are (W_x, W_h, b)."""
    batch, length, _ = inputs.shape
    lengths = torch.full((batch,), length) if lengths is None else lengths
    packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
    nothing = inputs.new_zeros(batch, weights[1].shape[1])
    order, back = packed.sorted_indices, packed.unsorted_indices
    assert order is not None and back is not None
    h, c = (part[order][None] for part in (state or (nothing, nothing)))
    data, h, c = torch.lstm(packed.data, packed.batch_sizes, (h, c), two_biases(weights), True, 1, 0.0, False, False)
    outputs, _ = pad_packed_sequence(packed._replace(data=data), batch_first=True, total_length=length)
    return outputs, (h[0][back], c[0][back])
