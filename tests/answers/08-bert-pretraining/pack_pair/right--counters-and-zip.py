# Right: counters for the lengths, then a list of (id, segment) taken apart by zip.
def pack_pair(first, second, cls_id, sep_id, max_length):
    lengths = [len(first), 0 if second is None else len(second)]
    specials = 2 if second is None else 3
    while sum(lengths) > max_length - specials:
        longer = 0 if lengths[0] > lengths[1] else 1
        lengths[longer] -= 1
    rows = [(cls_id, 0)] + [(token, 0) for token in first[: lengths[0]]] + [(sep_id, 0)]
    if second is not None:
        rows += [(token, 1) for token in second[: lengths[1]]] + [(sep_id, 1)]
    ids, segments = zip(*rows)
    return list(ids), list(segments)
