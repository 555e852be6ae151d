"""Unit 02: sequence to sequence with attention."""

from autograder.units.u02_seq2seq_attention import (
    additive_score,
    attend,
    attention_decoder,
    greedy_decode,
    masked_softmax,
    multiplicative_score,
    seq2seq,
    sequence_loss,
    teacher_forcing_pair,
)

COMPONENTS = (
    teacher_forcing_pair.COMPONENT,
    sequence_loss.COMPONENT,
    seq2seq.COMPONENT,
    greedy_decode.COMPONENT,
    masked_softmax.COMPONENT,
    additive_score.COMPONENT,
    multiplicative_score.COMPONENT,
    attend.COMPONENT,
    attention_decoder.COMPONENT,
)
