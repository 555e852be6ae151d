# Wrong: labels later pieces like the first.
def align_labels(word_labels, word_ids):
    labels = []
    last = None
    for word in word_ids:
        if word is None:
            labels.append(-100)
        elif word != last:
            labels.append(word_labels[word])
        else:
            labels.append(word_labels[word])
        last = word
    return labels
