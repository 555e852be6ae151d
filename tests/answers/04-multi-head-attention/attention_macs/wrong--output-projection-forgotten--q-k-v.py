# Wrong: counts query, key, value, scores and weighted sum, and stops there.
def attention_macs(length, d_model):
    q = k = v = length * d_model * d_model
    scores = length * d_model * length
    context = length * length * d_model
    return q + k + v + scores + context
