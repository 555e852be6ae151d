# Right: sums over heads, whose widths add up to d_model, so their number cancels.
def attention_macs(length, d_model, num_heads=1):
    d_head = d_model // num_heads
    projections = 4 * length * d_model * d_model
    per_head = length * length * d_head + length * length * d_head
    return projections + num_heads * per_head
