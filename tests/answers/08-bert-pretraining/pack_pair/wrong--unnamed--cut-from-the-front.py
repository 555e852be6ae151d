# Wrong: takes tokens from the beginning of the longer one.
def pack_pair(first, second, cls_id, sep_id, max_length):
    a = list(first)
    if second is None:
        a = a[max(0, len(a) - max_length + 2):]
        return [cls_id, *a, sep_id], [0] * (len(a) + 2)
    b = list(second)
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop(0)
    return [cls_id, *a, sep_id, *b, sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
