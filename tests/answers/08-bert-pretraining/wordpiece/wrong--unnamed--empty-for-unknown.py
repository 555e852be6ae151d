# Wrong: an unknown word vanishes.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if mark + word[start:end] in vocabulary:
                break
        else:
            return []
        pieces.append(mark + word[start:end])
        start = end
    return pieces
