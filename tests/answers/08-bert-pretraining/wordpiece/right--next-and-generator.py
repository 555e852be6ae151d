# Right: the longest match as next() of a generator expression, the rest of the word is shortened.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, rest = [], word
    while rest:
        mark = "##" if pieces else ""
        longest = next((rest[:n] for n in range(len(rest), 0, -1) if f"{mark}{rest[:n]}" in vocabulary), None)
        if longest is None:
            return [unknown]
        pieces += [mark + longest]
        rest = rest[len(longest):]
    return pieces
