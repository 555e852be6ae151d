# Wrong: | lets through what any mask allows.
def combine_masks(*masks):
    out = None
    for m in masks:
        if m is not None:
            out = m if out is None else out | m
    return out
