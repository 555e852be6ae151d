# Wrong: a None ends the loop, and later masks are lost.
def combine_masks(*masks):
    result = None
    for m in masks:
        if m is None:
            break
        result = m if result is None else result & m
    return result
