"""Unit 07: a language model of the GPT kind."""

from autograder.units.u07_gpt import causal_lm, filter_logits, generate, language_model_loss, perplexity

COMPONENTS = (
    causal_lm.COMPONENT,
    language_model_loss.COMPONENT,
    perplexity.COMPONENT,
    filter_logits.COMPONENT,
    generate.COMPONENT,
)
