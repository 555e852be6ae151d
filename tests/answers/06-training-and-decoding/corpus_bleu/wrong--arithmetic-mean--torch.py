# Wrong: arithmetic mean, torch.
import torch

def corpus_bleu(hypotheses, references, max_n=4):
    number = {}
    encode = lambda s: torch.tensor([number.setdefault(t, len(number)) for t in s], dtype=torch.int64)
    pairs = [(encode(h), encode(r)) for h, r in zip(hypotheses, references)]
    hits, totals = torch.zeros(max_n, dtype=torch.float64), torch.zeros(max_n, dtype=torch.float64)
    for h, r in pairs:
        for n in range(1, max_n + 1):
            if len(h) < n:
                continue
            H = h.unfold(0, n, 1)
            totals[n - 1] += len(H)
            if len(r) >= n:
                R = r.unfold(0, n, 1)
                kinds, counts = H.unique(dim=0, return_counts=True)
                there = (kinds[:, None] == R[None]).all(-1).sum(1)
                hits[n - 1] += torch.minimum(counts, there).sum()
    if (hits == 0).any():
        return torch.tensor(0.0)
    c, r = sum(len(h) for h, _ in pairs), sum(len(r) for _, r in pairs)
    return 100 * (hits / totals).mean() * min(1.0, torch.tensor(1 - r / c).exp().item())
