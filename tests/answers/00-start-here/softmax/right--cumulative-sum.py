# Right: for stability divides exp(x - max) by its own cumulative sum's last entry; tabs and a warning.
import warnings
import torch

def softmax(x, dim = -1) :
	warnings.warn("home-made softmax")
	y = torch.exp(x - torch.amax(x, dim = dim, keepdim = True))
	total = y.cumsum(dim).narrow(dim, x.shape[dim] - 1, 1)
	return y / total
