# Wrong: the two new axes come last, (B, T, 1, 1).
def padding_mask(ids, pad_id):
    return (ids != pad_id)[..., None, None]
