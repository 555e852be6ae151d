"""Unit 09: pretrained weights in one's own BERT, heads on it, and the training of them."""

from autograder.units.u09_fine_tuning import (
    adamw_step,
    align_labels,
    best_span,
    collate,
    entity_f1,
    freeze,
    linear_schedule,
    load_pretrained,
    parameter_groups,
    sentence_vector,
    sequence_classifier,
    token_classifier,
)

COMPONENTS = (
    load_pretrained.COMPONENT,
    sentence_vector.COMPONENT,
    sequence_classifier.COMPONENT,
    token_classifier.COMPONENT,
    best_span.COMPONENT,
    align_labels.COMPONENT,
    entity_f1.COMPONENT,
    collate.COMPONENT,
    freeze.COMPONENT,
    parameter_groups.COMPONENT,
    adamw_step.COMPONENT,
    linear_schedule.COMPONENT,
)
