# Wrong: calls a method on every argument, and None has none.
def combine_masks(*masks):
    hidden = [m.logical_not() for m in masks]
    if not hidden:
        return None
    total = hidden[0]
    for h in hidden[1:]:
        total = total | h
    return ~total
