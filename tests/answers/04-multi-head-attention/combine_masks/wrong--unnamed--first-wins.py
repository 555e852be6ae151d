# Wrong: returns the first mask that is not None.
def combine_masks(*masks):
    for m in masks:
        if m is not None:
            return m
    return None
