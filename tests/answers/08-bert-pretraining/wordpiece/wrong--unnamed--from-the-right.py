# Wrong: cuts the longest piece from the end of the word.
def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, end = [], len(word)
    while end > 0:
        for start in range(end):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocabulary:
                break
        else:
            return [unknown]
        pieces.insert(0, piece)
        end = start
    return pieces
