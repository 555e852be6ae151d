# Right: the cost of one token, times the number of tokens.
def attention_macs(length, d_model):
    projections_of_a_token = 4 * d_model * d_model
    attention_of_a_token = 2 * length * d_model
    return length * (projections_of_a_token + attention_of_a_token)
