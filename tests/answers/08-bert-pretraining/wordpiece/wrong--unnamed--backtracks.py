# Wrong: takes a match back if the rest fails, which greedy cutting never does.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    def go(start):
        if start == len(word):
            return []
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if mark + word[start:end] in vocabulary:
                rest = go(end)
                if rest is not None:
                    return [mark + word[start:end]] + rest
        return None
    pieces = go(0)
    return [unknown] if pieces is None else pieces
