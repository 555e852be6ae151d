# Wrong: "is not" compares identities: a single True that is no tensor.
def padding_mask(ids, pad_id):
    return ids is not pad_id
