# Wrong: counts only layers that have weights.
def attention_macs(length, d_model):
    total = 0
    for layer in ["q_proj", "k_proj", "v_proj", "out_proj"]:
        total += length * d_model * d_model
    return total
