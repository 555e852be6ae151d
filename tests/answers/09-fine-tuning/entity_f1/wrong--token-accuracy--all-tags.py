# Wrong: the share of right tags, three times.
def entity_f1(predicted, gold):
    pairs = [(a, b) for p, g in zip(predicted, gold) for a, b in zip(p, g)]
    if not pairs:
        return 0.0, 0.0, 0.0
    share = sum(a == b for a, b in pairs) / len(pairs)
    return share, share, share
