# Right: all coins are tossed at once, then the strangers are drawn by multinomial.
import torch

def next_sentence_pairs(documents, generator):
    places = [(n, i) for n, d in enumerate(documents) for i in range(len(d) - 1)]
    coins = torch.rand(len(places), generator=generator) < 0.5
    sizes = torch.tensor([float(len(d)) for d in documents])
    out = []
    for (n, i), coin in zip(places, coins.tolist()):
        b = documents[n][i + 1]
        if not coin:
            weights = sizes.clone()
            weights[n] = 0
            m = torch.multinomial(weights, 1, generator=generator).item()
            b = documents[m][int(torch.rand(1, generator=generator).item() * len(documents[m]))]
        out.append((documents[n][i], b, coin))
    return out
