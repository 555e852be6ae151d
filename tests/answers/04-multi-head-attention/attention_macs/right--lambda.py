# Right: as a lambda, with pow.
attention_macs = lambda length, d_model: pow(d_model, 2) * length * 4 + pow(length, 2) * d_model * 2
