# Wrong (no-continuation-prefix): every piece is looked up as if it began a word.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            if word[start:end] in vocabulary:
                break
        else:
            return [unknown]
        pieces.append(word[start:end])
        start = end
    return pieces
