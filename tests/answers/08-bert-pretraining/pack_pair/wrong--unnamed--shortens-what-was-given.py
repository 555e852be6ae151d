# Wrong: pops from the caller's lists.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if second is None:
        while len(first) > max_length - 2:
            first.pop()
        return [cls_id] + first + [sep_id], [0] * (len(first) + 2)
    while len(first) + len(second) > max_length - 3:
        if len(first) > len(second):
            first.pop()
        else:
            second.pop()
    return [cls_id] + first + [sep_id] + second + [sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)
