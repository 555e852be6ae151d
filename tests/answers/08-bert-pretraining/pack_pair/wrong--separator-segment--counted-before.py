# Wrong (separator-segment): the segment counts up when a separator is seen, before the separator itself is written.
def pack_pair(first, second, cls_id, sep_id, max_length):
    n, m = len(first), len(second or [])
    specials = 2 if second is None else 3
    while n + m + specials > max_length:
        if n > m:
            n -= 1
        else:
            m -= 1
    ids = [cls_id, *first[:n], sep_id]
    segments = []
    if second is not None:
        ids += [*second[:m], sep_id]
    for place in range(len(ids)):
        segments.append(1 if second is not None and place >= n + 1 else 0)
    return ids, segments
