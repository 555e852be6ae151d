# Wrong: on a tie the first loses a token.
def pack_pair(first, second, cls_id, sep_id, max_length):
    first = list(first)
    if second is None:
        first = first[: max_length - 2]
        return [cls_id, *first, sep_id], [0] * (len(first) + 2)
    second = list(second)
    while len(first) + len(second) > max_length - 3:
        (first if len(first) >= len(second) else second).pop()
    return [cls_id, *first, sep_id, *second, sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)
