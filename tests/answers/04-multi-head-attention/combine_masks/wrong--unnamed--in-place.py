# Wrong: conjoins in place, into the caller's first mask.
def combine_masks(*masks):
    masks = [m for m in masks if m is not None]
    if not masks:
        return None
    first = masks[0]
    for m in masks[1:]:
        if first.shape == m.shape:
            first &= m
        else:
            first = first & m
    return first
