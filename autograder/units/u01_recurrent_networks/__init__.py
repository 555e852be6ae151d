"""Unit 01: recurrent networks."""

from autograder.units.u01_recurrent_networks import (
    bilstm,
    clip_gradients,
    gradient_norms,
    lstm,
    lstm_cell,
    pad_batch,
    rnn_cell,
    rnn_forward,
)

COMPONENTS = (
    pad_batch.COMPONENT,
    rnn_cell.COMPONENT,
    rnn_forward.COMPONENT,
    gradient_norms.COMPONENT,
    clip_gradients.COMPONENT,
    lstm_cell.COMPONENT,
    lstm.COMPONENT,
    bilstm.COMPONENT,
)
