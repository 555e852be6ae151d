# Wrong (truncates-second-only): pops from the second as long as it has any, only then from the first.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a, b = list(first), list(second or [])
    specials = 2 if second is None else 3
    while len(a) + len(b) + specials > max_length:
        if b:
            b.pop()
        else:
            a.pop()
    ids, segments = [cls_id, *a, sep_id], [0] * (len(a) + 2)
    if second is not None:
        ids += [*b, sep_id]
        segments += [1] * (len(b) + 1)
    return ids, segments
