# Wrong: takes word 0 for none.
def align_labels(word_labels, word_ids):
    labels = []
    last = None
    for word in word_ids:
        if not word:
            labels.append(-100)
        elif word != last:
            labels.append(word_labels[word])
        else:
            labels.append(-100)
        last = word
    return labels
