# Wrong: a float mask.
def padding_mask(ids, pad_id):
    return (ids != pad_id).float()[:, None, None, :]
