# Wrong: only the four projections, the two T x T products are missing.
def attention_macs(length, d_model):
    return 4 * length * d_model ** 2
