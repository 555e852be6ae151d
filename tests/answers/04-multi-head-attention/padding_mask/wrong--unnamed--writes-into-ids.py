# Wrong: the answer is right, but the caller's ids are overwritten on the way.
def padding_mask(ids, pad_id):
    ids -= pad_id
    return (ids != 0)[:, None, None, :]
