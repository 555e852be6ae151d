# Wrong: (B, 1, T, 1) hides padded queries and leaves every padded key visible.
def padding_mask(ids, pad_id):
    return (ids != pad_id).unsqueeze(1).unsqueeze(-1)
