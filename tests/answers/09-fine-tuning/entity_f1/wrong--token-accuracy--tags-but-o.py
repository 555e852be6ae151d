# Wrong: precision and recall of tags that aren't O.
def entity_f1(predicted, gold):
    pairs = [(a, b) for p, g in zip(predicted, gold) for a, b in zip(p, g)]
    tp = sum(a == b != "O" for a, b in pairs)
    p = tp / max(1, sum(a != "O" for a, _ in pairs))
    r = tp / max(1, sum(b != "O" for _, b in pairs))
    return p, r, 2 * p * r / (p + r) if tp else 0.0
