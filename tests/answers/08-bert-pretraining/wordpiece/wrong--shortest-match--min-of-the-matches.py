# Wrong (shortest-match): takes the minimum of the matches by length.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces = []
    while word:
        mark = "##" if pieces else ""
        sizes = [n for n in range(1, len(word) + 1) if mark + word[:n] in vocabulary]
        if not sizes:
            return [unknown]
        n = min(sizes)
        pieces.append(mark + word[:n])
        word = word[n:]
    return pieces
