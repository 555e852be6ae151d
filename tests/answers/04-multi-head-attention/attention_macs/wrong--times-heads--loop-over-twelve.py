# Wrong: adds the full-width score and value products once for each of twelve heads.
def attention_macs(length, d_model):
    total = 4 * length * d_model * d_model
    for head in range(12):
        total += length * length * d_model
        total += length * length * d_model
    return total
