# Wrong (truncates-second-only): packs everything and cuts the end, then puts the last separator back.
def pack_pair(first, second, cls_id, sep_id, max_length):
    ids = [cls_id] + list(first) + [sep_id]
    segments = [0] * len(ids)
    if second is not None:
        ids += list(second) + [sep_id]
        segments += [1] * (len(second) + 1)
    if len(ids) > max_length:
        ids = ids[: max_length - 1] + [sep_id]
        segments = segments[:max_length]
    return ids, segments
