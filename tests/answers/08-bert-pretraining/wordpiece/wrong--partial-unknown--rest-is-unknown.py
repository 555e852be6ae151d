# Wrong (partial-unknown): keeps what was found and puts [UNK] for the rest.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            if prefix + word[start:end] in vocabulary:
                break
        else:
            pieces.append(unknown)
            return pieces
        pieces.append(prefix + word[start:end])
        start = end
    return pieces
