# Wrong: an integer mask.
def padding_mask(ids, pad_id):
    return (ids != pad_id).long().unsqueeze(1).unsqueeze(1)
