# Wrong: the two new axes come first, (1, 1, B, T).
def padding_mask(ids, pad_id):
    return (ids != pad_id)[None, None]
