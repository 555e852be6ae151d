"""Unit 10: knowledge distillation."""

from autograder.units.u10_knowledge_distillation import (
    distilbert_loss,
    distillation_loss,
    profile,
    softmax_with_temperature,
    student_from_teacher,
)

COMPONENTS = (
    softmax_with_temperature.COMPONENT,
    distillation_loss.COMPONENT,
    distilbert_loss.COMPONENT,
    student_from_teacher.COMPONENT,
    profile.COMPONENT,
)
