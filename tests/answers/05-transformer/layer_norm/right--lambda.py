# Right: lambda.
import math
layer_norm = lambda x, gamma, beta, eps=1e-5: (lambda c: c * (c.pow(2).mean(-1, keepdim=True) + eps).pow(-1 / 2) * gamma + beta)(x - x.mean(-1, keepdim=True))
