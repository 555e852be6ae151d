# Wrong: returns the ids without the segments.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a, b = list(first), list(second or [])
    specials = 2 if second is None else 3
    while len(a) + len(b) + specials > max_length:
        (a if len(a) > len(b) else b).pop()
    return [cls_id, *a, sep_id] + ([] if second is None else [*b, sep_id])
