# Right: one less is drawn, and one added from the own number on.
import torch

def next_sentence_pairs(documents, generator):
    filled = [d for d in documents if len(d) > 0]
    pairs = []
    for n in range(len(filled)):
        for i in range(len(filled[n]) - 1):
            if torch.rand(1, generator=generator).item() < 0.5:
                pairs.append((filled[n][i], filled[n][i + 1], True))
            else:
                k = torch.randint(len(filled) - 1, (1,), generator=generator).item()
                if k >= n:
                    k += 1
                j = torch.randint(len(filled[k]), (1,), generator=generator).item()
                pairs.append((filled[n][i], filled[k][j], False))
    return pairs
