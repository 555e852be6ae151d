# Wrong: adds the masks and asks whether anything is left, which is an or.
def combine_masks(*masks):
    kept = [m.long() for m in masks if m is not None]
    return sum(kept) > 0 if kept else None
