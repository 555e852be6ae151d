# Wrong: "not" asks for the truth value of a whole tensor and raises.
def padding_mask(ids, pad_id):
    return (not ids == pad_id).unsqueeze(1).unsqueeze(2)
