# Right: copies are shortened with pop.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a = list(first)
    if second is None:
        while len(a) + 2 > max_length:
            a.pop()
        ids = [cls_id] + a + [sep_id]
        return ids, [0 for _ in ids]
    b = list(second)
    while len(a) + len(b) + 3 > max_length:
        if len(a) > len(b):
            a.pop()
        else:
            b.pop()
    left = [cls_id] + a + [sep_id]
    right = b + [sep_id]
    return left + right, [0] * len(left) + [1] * len(right)
