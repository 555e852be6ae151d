# Wrong: counts multiplications and additions separately, twice the number asked for.
def attention_macs(length, d_model):
    return 2 * (4 * length * d_model ** 2 + 2 * length ** 2 * d_model)
