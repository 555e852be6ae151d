# Wrong: wants one list instead of any number of arguments.
def combine_masks(masks):
    result = None
    for m in masks:
        if m is not None:
            result = m if result is None else result & m
    return result
