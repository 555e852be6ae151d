# Right: fills a list of -100 at first places.
def align_labels(word_labels, word_ids):
    out = [-100] * len(word_ids)
    for w in set(word_ids) - {None}:
        out[word_ids.index(w)] = word_labels[w]
    return out
