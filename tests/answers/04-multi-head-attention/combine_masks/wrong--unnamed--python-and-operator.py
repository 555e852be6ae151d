# Wrong: "and" asks for the truth value of a tensor and raises.
def combine_masks(*masks):
    result = None
    for m in masks:
        if m is not None:
            result = m if result is None else (result and m)
    return result
