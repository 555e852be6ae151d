# Right: the lengths that are kept are computed without a loop.
def kept(n, m, room):
    if n + m <= room:
        return n, m
    small = room // 2
    if m <= small:
        return room - m, m
    if n <= room - small:
        return n, room - n
    return room - small, small

def pack_pair(first, second, cls_id, sep_id, max_length):
    if second is None:
        ids = [cls_id, *first[: max_length - 2], sep_id]
        return ids, [0] * len(ids)
    n, m = kept(len(first), len(second), max_length - 3)
    return [cls_id, *first[:n], sep_id, *second[:m], sep_id], [0] * (n + 2) + [1] * (m + 1)
