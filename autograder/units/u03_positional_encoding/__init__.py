"""Unit 03: positional encoding."""

from autograder.units.u03_positional_encoding import (
    alibi_bias,
    apply_rotary,
    learned_positions,
    permutation_gap,
    relative_bias,
    relative_position_index,
    shift_matrix,
    sinusoidal_encoding,
)

COMPONENTS = (
    permutation_gap.COMPONENT,
    sinusoidal_encoding.COMPONENT,
    shift_matrix.COMPONENT,
    learned_positions.COMPONENT,
    relative_position_index.COMPONENT,
    relative_bias.COMPONENT,
    alibi_bias.COMPONENT,
    apply_rotary.COMPONENT,
)
