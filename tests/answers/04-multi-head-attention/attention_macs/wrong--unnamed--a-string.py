# Wrong: returns text.
def attention_macs(length, d_model):
    return f"{4 * length * d_model ** 2 + 2 * length ** 2 * d_model:,}"
