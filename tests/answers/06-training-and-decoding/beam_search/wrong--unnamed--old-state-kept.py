# Wrong: old state kept.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    def search(ended, live, state, left):
        if left == 0 or not live:
            return ended + live
        log_probs, _ = step(torch.tensor([ids[-1] for ids, _ in live]), state)
        options = [(s + log_probs[k, v].item(), k, v) for k, (_, s) in enumerate(live) for v in range(log_probs.size(1))]
        options += [(s, -1, n) for n, (_, s) in enumerate(ended)]
        options = sorted(options, reverse=True)[:beam_size]
        kept = [ended[n] for _, k, n in options if k == -1]
        new = [(s, k, v) for s, k, v in options if k >= 0]
        kept += [(live[k][0] + [v], s) for s, k, v in new if v == eos_id]
        going = [(s, k, v) for s, k, v in new if v != eos_id]
        state = state[:1][torch.tensor([0 for _ in going], dtype=torch.long)]
        return search(kept, [(live[k][0] + [v], s) for s, k, v in going], state, left - 1)

    everything = search([], [([bos_id], 0.0)], state, max_length)
    score, ids = max((s / (len(ids) - 1) ** length_penalty, ids[1:]) for ids, s in everything)
    return ids[:-1] if ids[-1] == eos_id else ids, score
