# Wrong: expanded to (B, 1, T, T), which no broadcast needs and the contract does not say.
def padding_mask(ids, pad_id):
    B, T = ids.shape
    return (ids != pad_id)[:, None, None, :].expand(B, 1, T, T).clone()
