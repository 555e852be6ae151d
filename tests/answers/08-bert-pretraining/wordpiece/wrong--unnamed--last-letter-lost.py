# Wrong: the longest end tried is one too short, so the last letter is always a piece of its own.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        for end in range(max(len(word) - 1, start + 1), start, -1):
            if mark + word[start:end] in vocabulary:
                break
        else:
            return [unknown]
        pieces.append(mark + word[start:end])
        start = end
    return pieces
