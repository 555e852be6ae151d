"""Unit 08: BERT and its pretraining."""

from autograder.units.u08_bert_pretraining import (
    bert_embeddings,
    bert_model,
    bert_parameters,
    masked_lm_loss,
    pack_pair,
    pretraining_heads,
    wordpiece,
)

COMPONENTS = (
    wordpiece.COMPONENT,
    pack_pair.COMPONENT,
    bert_embeddings.COMPONENT,
    masked_lm_loss.COMPONENT,
    bert_model.COMPONENT,
    pretraining_heads.COMPONENT,
    bert_parameters.COMPONENT,
)
