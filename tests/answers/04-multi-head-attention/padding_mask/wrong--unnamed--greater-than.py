# Wrong: takes every id above the pad id for real, which holds only when the pad id is the smallest.
def padding_mask(ids, pad_id):
    return (ids > pad_id)[:, None, None, :]
