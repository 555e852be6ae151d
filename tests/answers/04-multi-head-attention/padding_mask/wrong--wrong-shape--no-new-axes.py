# Wrong: stays (B, T), which lines up with the wrong axes of the scores.
def padding_mask(ids, pad_id):
    return ids != pad_id
