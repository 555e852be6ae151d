"""Unit 09: pretrained weights in one's own BERT, heads on it, and the training of them."""

from autograder.units.u09_fine_tuning import (
    align_labels,
    best_span,
    collate,
    entity_f1,
    linear_schedule,
    sentence_vector,
)

COMPONENTS = (
    sentence_vector.COMPONENT,
    best_span.COMPONENT,
    align_labels.COMPONENT,
    entity_f1.COMPONENT,
    collate.COMPONENT,
    linear_schedule.COMPONENT,
)
