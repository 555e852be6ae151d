# Wrong: negates "not equal" once more.
def padding_mask(ids, pad_id):
    return ~(ids != pad_id).reshape(ids.shape[0], 1, 1, -1)
