# Right: the word as a list of characters that is eaten from the left, with a function inside.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    letters = list(word)
    pieces = []

    def take():
        for size in range(len(letters), 0, -1):
            piece = ("##" * bool(pieces)) + "".join(letters[:size])
            if piece in vocabulary:
                del letters[:size]
                pieces.append(piece)
                return True
        return False

    while letters:
        if not take():
            return [unknown]
    return pieces
