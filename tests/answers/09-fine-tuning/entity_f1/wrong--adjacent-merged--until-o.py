# Wrong: an entity goes on until O.
def spans(tags):
    found, start, kind = [], None, None
    for i, tag in enumerate(list(tags) + ["O"]):
        inside = tag != "O"
        if start is not None and not inside:
            found.append((start, i - 1, kind))
            start = kind = None
        if tag != "O" and start is None:
            start, kind = i, tag[2:]
    return found

def entity_f1(predicted, gold):
    tp = n_predicted = n_gold = 0
    for p, g in zip(predicted, gold):
        p, g = spans(p), spans(g)
        n_predicted += len(p)
        n_gold += len(g)
        tp += len([x for x in p if x in g])
    precision = tp / n_predicted if n_predicted else 0.0
    recall = tp / n_gold if n_gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1
