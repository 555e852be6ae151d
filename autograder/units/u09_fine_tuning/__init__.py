"""Unit 09: pretrained weights in one's own BERT, heads on it, and the training of them."""

from autograder.units.u09_fine_tuning import align_labels, collate, linear_schedule

COMPONENTS = (
    align_labels.COMPONENT,
    collate.COMPONENT,
    linear_schedule.COMPONENT,
)
