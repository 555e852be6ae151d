# Wrong (truncates-second-only): the second gets what the first leaves.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if second is None:
        ids = [cls_id] + first[: max_length - 2] + [sep_id]
        return ids, [0] * len(ids)
    first = first[: max_length - 3]
    second = second[: max_length - 3 - len(first)]
    return [cls_id] + first + [sep_id] + second + [sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)
