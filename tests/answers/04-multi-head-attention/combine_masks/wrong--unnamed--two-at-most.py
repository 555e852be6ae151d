# Wrong: only the first two masks are looked at.
def combine_masks(*masks):
    masks = [m for m in masks if m is not None]
    if not masks:
        return None
    if len(masks) == 1:
        return masks[0]
    return masks[0] & masks[1]
