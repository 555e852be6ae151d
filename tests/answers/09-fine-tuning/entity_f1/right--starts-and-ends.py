# Right: starts and ends found apart.
def entity_f1(predicted, gold):
    def entities(tags):
        def begins(i):
            if tags[i] == "O":
                return False
            return tags[i][0] == "B" or i == 0 or tags[i - 1] == "O" or tags[i - 1][2:] != tags[i][2:]
        starts = [i for i in range(len(tags)) if begins(i)]
        for s in starts:
            e = s
            while e + 1 < len(tags) and tags[e + 1] != "O" and not begins(e + 1):
                e += 1
            yield s, e, tags[s][2:]
    P = {(k, *x) for k, t in enumerate(predicted) for x in entities(t)}
    G = {(k, *x) for k, t in enumerate(gold) for x in entities(t)}
    hit = len(P.intersection(G))
    precision, recall = (hit / max(len(P), 1), hit / max(len(G), 1))
    if hit == 0:
        return [0.0, 0.0, 0.0]
    return [precision, recall, 2 / (1 / precision + 1 / recall)]
