# Wrong (separator-segment): the first separator gets segment 1.
def pack_pair(first, second, cls_id, sep_id, max_length):
    first = list(first)
    if second is None:
        first = first[: max_length - 2]
        return [cls_id] + first + [sep_id], [0] * (len(first) + 2)
    second = list(second)
    while len(first) + len(second) > max_length - 3:
        if len(first) > len(second):
            first.pop()
        else:
            second.pop()
    ids = [cls_id] + first + [sep_id] + second + [sep_id]
    return ids, [0] * (len(first) + 1) + [1] * (len(second) + 2)
