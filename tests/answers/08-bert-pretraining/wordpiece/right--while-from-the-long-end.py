# Right: two indices, the end moves down from the long end.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    start = 0
    out = []
    while start < len(word):
        end = len(word)
        found = None
        while end > start:
            piece = word[start:end]
            if start > 0:
                piece = "##" + piece
            if piece in vocabulary:
                found = piece
                break
            end -= 1
        if found is None:
            return [unknown]
        out.append(found)
        start = end
    return out
