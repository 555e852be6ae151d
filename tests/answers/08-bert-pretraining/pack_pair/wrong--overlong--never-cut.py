# Wrong (overlong): nothing is ever cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    ids = [cls_id]
    ids.extend(first)
    ids.append(sep_id)
    segments = [0] * len(ids)
    if second is not None:
        ids.extend(second)
        ids.append(sep_id)
        segments.extend([1] * (len(ids) - len(segments)))
    return ids, segments
