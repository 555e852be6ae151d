# Wrong (shortest-match): recursion that grows the piece until it is found for the first time.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    def go(rest, mark):
        if rest == "":
            return []
        n = 1
        while n <= len(rest) and mark + rest[:n] not in vocabulary:
            n += 1
        if n > len(rest):
            raise LookupError
        return [mark + rest[:n]] + go(rest[n:], "##")
    try:
        return go(word, "")
    except LookupError:
        return [unknown]
