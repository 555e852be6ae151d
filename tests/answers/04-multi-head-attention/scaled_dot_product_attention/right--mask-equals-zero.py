# Right: the idiom mask == 0, softmax as a module, everything named in Greek, tabs for indentation.
import math
import torch
from torch import nn

def scaled_dot_product_attention(query, key, value, mask = None) :
	"""Αttention."""
	σ = nn.Softmax(dim = -1)
	λ = 1. / math.sqrt(key.size(-1))
	ε = torch.matmul(query, key.transpose(-1, -2)) * λ
	if mask is None :
		α = σ(ε)
	else :
		α = σ(ε.masked_fill(mask == 0, float('-inf')))
		α = torch.where(torch.isnan(α), torch.zeros_like(α), α)
	return torch.matmul(α, value), α
