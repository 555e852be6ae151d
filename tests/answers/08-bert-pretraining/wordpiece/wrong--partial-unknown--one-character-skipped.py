# Wrong (partial-unknown): a character that can't be matched becomes [UNK], and the cutting goes on behind it.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        ends = [end for end in range(start + 1, len(word) + 1) if mark + word[start:end] in vocabulary]
        if ends:
            pieces.append(mark + word[start:ends[-1]])
            start = ends[-1]
        else:
            pieces.append(unknown)
            start += 1
    return pieces
