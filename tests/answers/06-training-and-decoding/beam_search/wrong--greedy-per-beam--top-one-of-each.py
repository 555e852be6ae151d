# Wrong: greedy per beam, top one of each.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    beam = {(): (0.0, 0)}
    ended = {}
    for _ in range(max_length):
        prefixes = [p for p in beam if p not in ended]
        if not prefixes:
            break
        tokens = torch.tensor([p[-1] if p else bos_id for p in prefixes])
        log_probs, state = step(tokens, state[torch.tensor([beam[p][1] for p in prefixes])])
        values, indices = log_probs.topk(1 if prefixes[0] else min(beam_size, log_probs.shape[1]), dim=1)
        everything = {p: beam[p] for p in ended}
        for row, p in enumerate(prefixes):
            for v, i in zip(values[row].tolist(), indices[row].tolist()):
                everything[p + (i,)] = (beam[p][0] + v, row)
        chosen = sorted(everything, key=lambda p: everything[p][0])[-beam_size:]
        beam = {p: everything[p] for p in chosen}
        ended = {p for p in chosen if p[-1] == eos_id}
    best = max(beam, key=lambda p: beam[p][0] / len(p) ** length_penalty)
    score = beam[best][0] / len(best) ** length_penalty
    return list(best[:-1] if best in ended else best), score
