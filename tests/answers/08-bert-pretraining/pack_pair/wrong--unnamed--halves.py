# Wrong: each sentence gets half of the room, even if the other one doesn't need its half.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if second is None:
        ids = [cls_id, *first[: max_length - 2], sep_id]
        return ids, [0] * len(ids)
    room = max_length - 3
    a, b = first, second
    if len(a) + len(b) > room:
        a, b = a[: room - room // 2], b[: room // 2]
    return [cls_id, *a, sep_id, *b, sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
