# Wrong (overlong): leaves room for [CLS] and one separator only.
def pack_pair(first, second, cls_id, sep_id, max_length):
    n, m = len(first), 0 if second is None else len(second)
    while n + m > max_length - 2:
        n, m = (n - 1, m) if n > m else (n, m - 1)
    if second is None:
        return [cls_id, *first[:n], sep_id], [0] * (n + 2)
    return [cls_id, *first[:n], sep_id, *second[:m], sep_id], [0] * (n + 2) + [1] * (m + 1)
