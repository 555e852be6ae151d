# Wrong: fills up to max_length with zeros.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a, b = list(first), list(second or [])
    specials = 2 if second is None else 3
    while len(a) + len(b) + specials > max_length:
        (a if len(a) > len(b) else b).pop()
    ids, segments = [cls_id, *a, sep_id], [0] * (len(a) + 2)
    if second is not None:
        ids, segments = ids + b + [sep_id], segments + [1] * (len(b) + 1)
    rest = max_length - len(ids)
    return ids + [0] * rest, segments + [0] * rest
