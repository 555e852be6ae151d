# Right: the product of zeros and ones is their conjunction.
def combine_masks(*masks):
    result = None
    for m in masks:
        if m is not None:
            result = m.int() if result is None else result * m.int()
    return None if result is None else result.bool()
