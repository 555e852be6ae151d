"""Unit 08: BERT and its pretraining."""

from autograder.units.u08_bert_pretraining import bert_embeddings, masked_lm_loss, pack_pair, wordpiece

COMPONENTS = (wordpiece.COMPONENT, pack_pair.COMPONENT, bert_embeddings.COMPONENT, masked_lm_loss.COMPONENT)
