# Wrong: each mask replaces the one before.
def combine_masks(*masks):
    result = None
    for m in masks:
        if m is not None:
            result = m
    return result
