"""Unit 06: training and decoding."""

from autograder.units.u06_training_and_decoding import (
    beam_search,
    cached_attention,
    corpus_bleu,
    label_smoothed_loss,
    train_step,
    warmup_rate,
)

COMPONENTS = (
    label_smoothed_loss.COMPONENT,
    warmup_rate.COMPONENT,
    train_step.COMPONENT,
    beam_search.COMPONENT,
    cached_attention.COMPONENT,
    corpus_bleu.COMPONENT,
)
