# Wrong: worst kept.
import torch

def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    beam = [([], 0.0, 0)]
    done = []
    for _ in range(max_length):
        tokens = torch.tensor([ids[-1] if ids else bos_id for ids, _, _ in beam])
        log_probs, state = step(tokens, state[[row for _, _, row in beam]])
        pool = [(ids + [v], s + log_probs[k, v].item(), k) for k, (ids, s, _) in enumerate(beam) for v in range(log_probs.shape[1])]
        pool.sort(key=lambda h: h[1])
        pool = pool[:beam_size - len(done)]
        done += [h for h in pool if h[0][-1] == eos_id]
        beam = [h for h in pool if h[0][-1] != eos_id]
        if not beam:
            break
    ids, s, _ = max(done + beam, key=lambda h: h[1] / len(h[0]) ** length_penalty)
    return [i for i in ids if i != eos_id], s / len(ids) ** length_penalty
