# Right: remembers which words were seen.
def align_labels(word_labels, word_ids):
    seen = {None}
    out = []
    for w in word_ids:
        out.append(-100 if w in seen else word_labels[w])
        seen.add(w)
    return out
