# Right: the difference to the pad id is nonzero for real tokens.
def padding_mask(ids, pad_id):
    return (ids - pad_id).bool()[:, None][:, None]
