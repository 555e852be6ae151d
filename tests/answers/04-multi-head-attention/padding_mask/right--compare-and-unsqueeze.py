# Right: compares with the pad id and adds the head and the query axis.
def padding_mask(ids, pad_id):
    return (ids != pad_id).unsqueeze(1).unsqueeze(2)
