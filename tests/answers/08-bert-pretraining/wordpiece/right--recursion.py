# Right: recursion on the rest of the word; a failing rest is None.
def cut(rest, vocabulary, prefix):
    if not rest:
        return []
    for n in reversed(range(1, len(rest) + 1)):
        if prefix + rest[:n] in vocabulary:
            after = cut(rest[n:], vocabulary, "##")
            return None if after is None else [prefix + rest[:n]] + after
    return None

def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces = cut(word, vocabulary, "")
    return [unknown] if pieces is None else pieces
