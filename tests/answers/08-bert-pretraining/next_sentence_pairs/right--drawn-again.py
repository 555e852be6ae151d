# Right: draws again while the document is the same one or empty.
import torch

def next_sentence_pairs(documents, generator):
    def draw(n):
        return int(torch.randint(n, (1,), generator=generator)[0])

    def stranger(own):
        while True:
            k = draw(len(documents))
            if k != own and documents[k]:
                return documents[k][draw(len(documents[k]))]

    def pairs():
        for own, sentences in enumerate(documents):
            previous = None
            for i, sentence in enumerate(sentences):
                if i > 0:
                    if draw(2) == 1:
                        yield previous, sentence, True
                    else:
                        yield previous, stranger(own), False
                previous = sentence

    return list(pairs())
