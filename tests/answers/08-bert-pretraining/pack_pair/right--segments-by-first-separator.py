# Right: fills the room alternately from both sentences, the first one beginning; segments from the position.
import itertools

def pack_pair(first, second, cls_id, sep_id, max_length):
    pair = second is not None
    room = max_length - (3 if pair else 2)
    n = m = 0
    b = second if pair else []
    while room and (n < len(first) or m < len(b)):
        if n < len(first) and (n <= m or m == len(b)):
            n += 1
        else:
            m += 1
        room -= 1
    ids = list(itertools.chain([cls_id], first[:n], [sep_id], b[:m], [sep_id] * pair))
    return ids, [int(place > n + 1) for place in range(len(ids))]
