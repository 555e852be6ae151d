# Right: a running conjunction that starts as None.
def combine_masks(*masks):
    combined = None
    for mask in masks:
        if mask is None:
            continue
        combined = mask if combined is None else combined & mask
    return combined
