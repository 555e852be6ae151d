# Wrong: crashes when nothing is left.
def combine_masks(*masks):
    masks = [m for m in masks if m is not None]
    result = masks[0]
    for m in masks[1:]:
        result = result & m
    return result
