# Right: recursion on slices, one token less each time.
def pack_pair(first, second, cls_id, sep_id, max_length):
    parts = [first] if second is None else [first, second]
    if sum(map(len, parts)) + len(parts) + 1 > max_length:
        if second is None or len(first) > len(second):
            return pack_pair(first[:-1], second, cls_id, sep_id, max_length)
        return pack_pair(first, second[:-1], cls_id, sep_id, max_length)
    ids, segments = [cls_id], [0]
    for number, part in enumerate(parts):
        for token in part:
            ids.append(token)
            segments.append(number)
        ids.append(sep_id)
        segments.append(number)
    return ids, segments
