# Right: lets the unit's functions do everything, with combine_masks for a mask that may be None, tabs, and a leading logging call.
import logging
import torch
import torch.nn as nn

log = logging.getLogger("attention")

class MultiHeadAttention(nn.Module) :
	def __init__(self, d_model, num_heads, dropout = 0.0) :
		super().__init__()
		self.num_heads = num_heads
		for name in 'qkv' :
			self.add_module(name + '_proj', nn.Linear(d_model, d_model))
		self.add_module('out_proj', nn.Linear(d_model, d_model))
		self.drop = nn.Dropout(dropout, inplace = False)

	def forward(self, query, key, value, mask = None) :
		log.info("forward")
		q, k, v = [split_heads(m(x), self.num_heads) for m, x in
			[(self.q_proj, query), (self.k_proj, key), (self.v_proj, value)]]
		weights = scaled_dot_product_attention(q, k, v, combine_masks(None, mask))[1]
		weights = self.drop(weights)
		return self.out_proj(merge_heads(torch.matmul(weights, v))), weights
