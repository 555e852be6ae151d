# Wrong (partial-unknown): recursion whose failing rest becomes [UNK] behind the good pieces.
def wordpiece(word, vocabulary, unknown="[UNK]", mark=""):
    if word == "":
        return []
    for n in range(len(word), 0, -1):
        if mark + word[:n] in vocabulary:
            return [mark + word[:n], *wordpiece(word[n:], vocabulary, unknown, "##")]
    return [unknown]
