# Wrong: gives specials the last word's label.
def align_labels(word_labels, word_ids):
    labels = []
    last = None
    for word in word_ids:
        if word is None:
            labels.append(word_labels[-1])
        elif word != last:
            labels.append(word_labels[word])
        else:
            labels.append(-100)
        last = word
    return labels
