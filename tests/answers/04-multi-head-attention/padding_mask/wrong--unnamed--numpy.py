# Wrong: a NumPy array comes back.
def padding_mask(ids, pad_id):
    return (ids.numpy() != pad_id)[:, None, None, :]
