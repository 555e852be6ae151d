# Wrong: True where the padding is.
def padding_mask(ids, pad_id):
    return (ids == pad_id).unsqueeze(1).unsqueeze(2)
