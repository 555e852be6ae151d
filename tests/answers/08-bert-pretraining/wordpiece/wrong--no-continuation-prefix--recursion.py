# Wrong (no-continuation-prefix): recursion calls itself on the rest, which is then taken for a word of its own.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    if not word:
        return []
    for end in range(len(word), 0, -1):
        if word[:end] in vocabulary:
            rest = wordpiece(word[end:], vocabulary, unknown)
            if rest == [unknown]:
                return [unknown]
            return [word[:end]] + rest
    return [unknown]
