# Wrong: the right mask with its last two axes exchanged.
def padding_mask(ids, pad_id):
    mask = (ids != pad_id)[:, None, None, :]
    return mask.transpose(-2, -1)
