# Wrong: the mask of the first sentence is used for the whole batch.
def padding_mask(ids, pad_id):
    return (ids[0] != pad_id).expand(ids.shape[0], 1, 1, ids.shape[1])
