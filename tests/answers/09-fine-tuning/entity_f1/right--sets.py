# Right: sets over the corpus, and F1 from counts.
def entity_f1(predicted, gold):
    def collect(corpus):
        out = set()
        for n, tags in enumerate(corpus):
            i = 0
            while i < len(tags):
                if tags[i] == "O":
                    i += 1
                    continue
                kind, j = tags[i][2:], i + 1
                while j < len(tags) and tags[j] == "I-" + kind:
                    j += 1
                out.add((n, i, j, kind))
                i = j
        return out
    p, g = collect(predicted), collect(gold)
    both = len(p & g)
    return (both / len(p) if p else 0, both / len(g) if g else 0, 2 * both / (len(p) + len(g)) if p or g else 0)
