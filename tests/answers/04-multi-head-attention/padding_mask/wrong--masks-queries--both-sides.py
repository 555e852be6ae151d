# Wrong: (B, 1, T, T), the padded queries are hidden as well as the padded keys.
def padding_mask(ids, pad_id):
    real = ids != pad_id
    return (real[:, :, None] & real[:, None, :])[:, None]
