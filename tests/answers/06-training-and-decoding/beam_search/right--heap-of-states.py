# Right: each hypothesis carries its own row of the state; the beam is chosen by heapq.nlargest.
import heapq
from itertools import count
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    tick = count()
    beam = [(0.0, next(tick), (bos_id,), state[0], False)]
    for _ in range(max_length):
        if all(done for *_, done in beam):
            break
        running = [h for h in beam if not h[-1]]
        pool = [h for h in beam if h[-1]]
        inputs = torch.tensor([h[2][-1] for h in running])
        log_probs, states = step(inputs, torch.stack([h[3] for h in running]))
        for (total, _, ids, _, _), row, own in zip(running, log_probs, states):
            for token in range(len(row)):
                pool.append((total + row[token].item(), next(tick), ids + (token,), own, token == eos_id))
        beam = heapq.nlargest(beam_size, pool, key=lambda h: h[0])

    def final(h):
        return h[0] / (len(h[2]) - 1) ** length_penalty

    winner = max(beam, key=final)
    ids = list(winner[2][1:])
    if winner[4]:
        ids.pop()
    return ids, final(winner)
