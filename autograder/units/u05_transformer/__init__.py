"""Unit 05: the Transformer."""

from autograder.units.u05_transformer import (
    count_parameters,
    decoder,
    decoder_layer,
    encoder,
    encoder_layer,
    feed_forward,
    layer_norm,
    residual,
    transformer,
)

COMPONENTS = (
    layer_norm.COMPONENT,
    feed_forward.COMPONENT,
    residual.COMPONENT,
    encoder_layer.COMPONENT,
    encoder.COMPONENT,
    decoder_layer.COMPONENT,
    decoder.COMPONENT,
    transformer.COMPONENT,
    count_parameters.COMPONENT,
)
