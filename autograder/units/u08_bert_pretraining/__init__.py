"""Unit 08: BERT and its pretraining."""

from autograder.units.u08_bert_pretraining import (
    bert_embeddings,
    bert_model,
    bert_parameters,
    mask_tokens,
    masked_lm_loss,
    next_sentence_pairs,
    pack_pair,
    pretraining_heads,
    wordpiece,
)

COMPONENTS = (
    wordpiece.COMPONENT,
    pack_pair.COMPONENT,
    bert_embeddings.COMPONENT,
    mask_tokens.COMPONENT,
    masked_lm_loss.COMPONENT,
    next_sentence_pairs.COMPONENT,
    bert_model.COMPONENT,
    pretraining_heads.COMPONENT,
    bert_parameters.COMPONENT,
)
