# Wrong: the product is returned as float.
def combine_masks(*masks):
    result = None
    for m in masks:
        if m is not None:
            result = m.float() if result is None else result * m.float()
    return result
