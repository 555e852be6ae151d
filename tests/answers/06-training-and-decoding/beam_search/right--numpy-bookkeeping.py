# Right: the bookkeeping in NumPy, the state in torch; prints the beam.
import numpy as np
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    live_ids = np.full((1, 1), bos_id)
    live_sums = np.zeros(1)
    ended = []
    for t in range(max_length):
        log_probs, state = step(torch.from_numpy(live_ids[:, -1].copy()), state)
        sums = live_sums[:, None] + log_probs.detach().numpy().astype(np.float64)
        order = np.argsort(-sums, axis=None)[: beam_size - len(ended)]
        parents, tokens = np.unravel_index(order, sums.shape)
        print(t, sums[parents, tokens])
        is_end = tokens == eos_id
        for p in parents[is_end]:
            ended.append((live_ids[p, 1:].tolist(), sums[p, eos_id] / (t + 1) ** length_penalty))
        parents, tokens = parents[~is_end], tokens[~is_end]
        live_ids = np.concatenate([live_ids[parents], tokens[:, None]], axis=1)
        live_sums = sums[parents, tokens]
        state = state[torch.from_numpy(parents)]
        if len(parents) == 0:
            break
    ended += [(ids[1:].tolist(), s / max_length ** length_penalty) for ids, s in zip(live_ids, live_sums)]
    ids, score = max(ended, key=lambda pair: pair[1])
    return ids, float(score)
