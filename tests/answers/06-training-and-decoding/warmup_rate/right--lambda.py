# Right: a lambda.
warmup_rate = lambda step, d_model, warmup: pow(d_model, -1/2) * min(pow(step, -1/2), step * pow(warmup, -3/2))
