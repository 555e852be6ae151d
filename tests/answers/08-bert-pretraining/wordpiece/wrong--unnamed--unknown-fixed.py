# Wrong: returns "[UNK]" whatever name the caller gives for unknown words.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces = []
    start = 0
    while start < len(word):
        mark = "##" if start > 0 else ""
        end = len(word)
        while mark + word[start:end] not in vocabulary:
            end -= 1
            if end == start:
                return ["[UNK]"]
        pieces.append(mark + word[start:end])
        start = end
    return pieces
