# Wrong: starts with the first argument and never asks whether one is None.
def combine_masks(*masks):
    if len(masks) == 0:
        return None
    result = masks[0]
    for m in masks[1:]:
        result = result & m
    return result
