"""Unit 08: BERT and its pretraining."""

from autograder.units.u08_bert_pretraining import wordpiece

COMPONENTS = (wordpiece.COMPONENT,)
