"""Unit 04: multi-head attention."""

from autograder.units.u04_multi_head_attention import (
    attention_macs,
    causal_mask,
    combine_masks,
    local_mask,
    low_rank_attention,
    merge_heads,
    multi_head_attention,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)

COMPONENTS = (
    scaled_dot_product_attention.COMPONENT,
    causal_mask.COMPONENT,
    padding_mask.COMPONENT,
    combine_masks.COMPONENT,
    split_heads.COMPONENT,
    merge_heads.COMPONENT,
    multi_head_attention.COMPONENT,
    attention_macs.COMPONENT,
    local_mask.COMPONENT,
    low_rank_attention.COMPONENT,
)
