# Right: four projections of T x D by D x D, and two products with T x T.
def attention_macs(length, d_model):
    return 4 * length * d_model ** 2 + 2 * length ** 2 * d_model
