# Wrong: labels all pieces.
def align_labels(word_labels, word_ids):
    return [-100 if w is None else word_labels[w] for w in word_ids]
