# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 04 · Multi-head attention

# %% given="setup"
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check

# %% exercise="scaled_dot_product_attention"
def scaled_dot_product_attention(query, key, value, mask=None):
    """Look up, for every query, a weighted mean of the values whose keys match it.

    query: (..., T_q, D_k); key: (..., T_k, D_k); value: (..., T_k, D_v)
    mask: None, or bool, broadcastable to (..., T_q, T_k), True = may attend.
    Returns (output, weights): (..., T_q, D_v) and (..., T_q, T_k). A query that may attend to nothing gets zeros.
    """
    ### BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))  # (..., T_q, T_k)
    if mask is None:
        weights = scores.softmax(dim=-1)
    else:
        # The most negative finite number instead of -inf: a row with nothing to attend to would otherwise be 0/0.
        hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        weights = hidden.softmax(dim=-1).masked_fill(~mask, 0.0)
    return weights @ value, weights  # (..., T_q, D_v), (..., T_q, T_k)
    ### END SOLUTION

# %% check="scaled_dot_product_attention"
check("scaled_dot_product_attention")

# %% exercise="causal_mask"
def causal_mask(length):
    """Let each position see itself and what came before it.

    Returns (T, T) bool with T = length; row i, column j is True where query i may attend to key j.
    """
    ### BEGIN SOLUTION
    return torch.ones(length, length, dtype=torch.bool).tril()  # (T, T)
    ### END SOLUTION

# %% check="causal_mask"
check("causal_mask")

# %% exercise="padding_mask"
def padding_mask(ids, pad_id):
    """Hide the padding among the keys.

    ids: (B, T) int64. Returns (B, 1, 1, T) bool, True where the token is real; it broadcasts over heads and queries.
    """
    ### BEGIN SOLUTION
    return (ids != pad_id)[:, None, None, :]  # (B, 1, 1, T)
    ### END SOLUTION

# %% check="padding_mask"
check("padding_mask")

# %% exercise="combine_masks"
def combine_masks(*masks):
    """Allow what every mask allows.

    masks: any number of bool tensors that broadcast together; None among them means "no restriction".
    Returns their logical and, or None if there is nothing to combine.
    """
    ### BEGIN SOLUTION
    combined = None
    for mask in masks:
        if mask is not None:
            combined = mask if combined is None else combined & mask
    return combined
    ### END SOLUTION

# %% check="combine_masks"
check("combine_masks")

# %% exercise="split_heads"
def split_heads(x, num_heads):
    """Cut the features into one slice per head, and put the heads where a batch axis would be.

    x: (B, T, D). Returns (B, H, T, D/H) with H = num_heads; head h holds features h·D/H ... (h+1)·D/H - 1.
    Raises ValueError, naming D and H, if H does not divide D.
    """
    ### BEGIN SOLUTION
    batch, length, d_model = x.shape
    if d_model % num_heads != 0:
        raise ValueError(f"d_model = {d_model} can't be split into num_heads = {num_heads} slices of equal size")
    slices = x.reshape(batch, length, num_heads, d_model // num_heads)  # (B, T, H, D_h)
    return slices.transpose(1, 2)  # (B, H, T, D_h)
    ### END SOLUTION

# %% check="split_heads"
check("split_heads")

# %% exercise="merge_heads"
def merge_heads(x):
    """Put the heads' slices side by side again: the inverse of split_heads.

    x: (B, H, T, D_h). Returns (B, T, H·D_h).
    """
    ### BEGIN SOLUTION
    return x.transpose(1, 2).flatten(start_dim=2)  # (B, T, H, D_h), then (B, T, D)
    ### END SOLUTION

# %% check="merge_heads"
check("merge_heads")

# %% exercise="MultiHeadAttention"
class MultiHeadAttention(nn.Module):
    """Attention in num_heads subspaces at once, mixed by a final linear map (Vaswani et al. 2017, section 3.2.2).

    Sub-modules: q_proj, k_proj, v_proj, out_proj, each nn.Linear(d_model, d_model).
    """

    def __init__(self, d_model, num_heads, dropout=0.0):
        """d_model: width D; num_heads: H, a divisor of D; dropout: probability of dropping a weight in train mode."""
        super().__init__()
        ### BEGIN SOLUTION
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

    def forward(self, query, key, value, mask=None):
        """query: (B, T_q, D); key, value: (B, T_k, D); mask: None, or bool, broadcastable to (B, H, T_q, T_k).

        Returns (output, weights): (B, T_q, D) and (B, H, T_q, T_k).
        """
        ### BEGIN SOLUTION
        q = split_heads(self.q_proj(query), self.num_heads)  # (B, H, T_q, D_h)
        k = split_heads(self.k_proj(key), self.num_heads)  # (B, H, T_k, D_h)
        v = split_heads(self.v_proj(value), self.num_heads)  # (B, H, T_k, D_h)
        found, weights = scaled_dot_product_attention(q, k, v, mask)  # (B, H, T_q, D_h), (B, H, T_q, T_k)
        if self.training and self.dropout.p > 0:
            found = self.dropout(weights) @ v  # (B, H, T_q, D_h)
        return self.out_proj(merge_heads(found)), weights  # (B, T_q, D), (B, H, T_q, T_k)
        ### END SOLUTION

# %% check="MultiHeadAttention"
check("MultiHeadAttention")

# %% exercise="attention_macs"
def attention_macs(length, d_model):
    """Count the multiply-accumulates of one self-attention layer for one sequence (batch 1).

    Counts the four linear maps, the scores and the weighted sums; biases and the softmax are left out.
    Returns an int.
    """
    ### BEGIN SOLUTION
    projections = 4 * length * d_model**2
    scores_and_sums = 2 * length**2 * d_model
    return projections + scores_and_sums
    ### END SOLUTION

# %% check="attention_macs"
check("attention_macs")

# %% exercise="local_mask"
def local_mask(length, window):
    """Let each position see only its neighbours, at most `window` places away on either side.

    Returns (T, T) bool with T = length.
    """
    ### BEGIN SOLUTION
    position = torch.arange(length)
    distance = (position[:, None] - position[None, :]).abs()  # (T, T)
    return distance <= window
    ### END SOLUTION

# %% check="local_mask"
check("local_mask")

# %% exercise="low_rank_attention"
def low_rank_attention(query, key, value, E_k, E_v):
    """Attend to K learned summaries of the sequence instead of its T_k positions (Linformer, Wang et al. 2020, eq. 7).

    query: (..., T_q, D_k); key: (..., T_k, D_k); value: (..., T_k, D_v); E_k, E_v: (K, T_k).
    Returns the output, (..., T_q, D_v).
    """
    ### BEGIN SOLUTION
    short_key = E_k @ key  # (..., K, D_k)
    short_value = E_v @ value  # (..., K, D_v)
    output, _ = scaled_dot_product_attention(query, short_key, short_value)
    return output  # (..., T_q, D_v)
    ### END SOLUTION

# %% check="low_rank_attention"
check("low_rank_attention")
