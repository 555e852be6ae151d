# Wrong: a missing second sentence counts as an empty one and gets a separator.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a, b = list(first), list(second or [])
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop()
    return [cls_id, *a, sep_id, *b, sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
