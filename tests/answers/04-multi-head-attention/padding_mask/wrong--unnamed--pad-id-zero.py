# Wrong: assumes that the pad id is 0.
def padding_mask(ids, pad_id):
    return ids.bool()[:, None, None, :]
