# Right: collects all matches and takes the longest by max; an empty max is the unknown word.
def candidates(word, start, vocabulary):
    mark = "" if start == 0 else "##"
    return [mark + word[start:end] for end in range(start + 1, len(word) + 1) if mark + word[start:end] in vocabulary]

def wordpiece(word, vocabulary, unknown="[UNK]"):
    result = []
    position = 0
    try:
        while position != len(word):
            best = max(candidates(word, position, vocabulary), key=len)
            position += len(best) - (2 if position else 0)
            result.append(best)
    except ValueError:
        result = [unknown]
    print(word, "->", result)
    return result
