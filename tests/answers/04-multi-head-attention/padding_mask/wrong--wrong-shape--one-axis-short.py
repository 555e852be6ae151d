# Wrong: (B, 1, T), the head axis is missing.
def padding_mask(ids, pad_id):
    return (ids != pad_id).unsqueeze(1)
