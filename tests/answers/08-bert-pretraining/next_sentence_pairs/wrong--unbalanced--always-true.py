# Wrong (unbalanced): every pair is a true one.
def next_sentence_pairs(documents, generator):
    return [(a, b, True) for document in documents for a, b in zip(document, document[1:])]
