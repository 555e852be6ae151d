# Right: the first mask and the combination of the others.
def combine_masks(*masks):
    if not masks:
        return None
    first, rest = masks[0], combine_masks(*masks[1:])
    if first is None:
        return rest
    if rest is None:
        return first
    return first.logical_and(rest)
